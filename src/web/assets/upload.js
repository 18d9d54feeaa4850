/* Takes pictures by choosing, dropping and pasting, and sends each as raw bytes. Everything else on the page works without it. */
(() => {
  'use strict';
  const uploader = document.getElementById('uploader');
  if (uploader === null) return;
  const files = document.getElementById('files');
  const drop = document.getElementById('drop');
  const coming = document.getElementById('coming');
  const stored = document.getElementById('stored');
  const none = document.getElementById('none');
  const count = document.getElementById('count');
  const said = document.getElementById('said');
  const template = document.getElementById('row');
  const path = uploader.dataset.path;
  const mostBytes = Number(uploader.dataset.mostBytes);
  const most = Number(uploader.dataset.most);
  const TRIES = 4;
  const waiting = [];
  let busy = false;
  let leaving = false;
  uploader.hidden = false;
  document.getElementById('needs-script').hidden = true;

  const say = (sentence) => {
    said.textContent = sentence;
  };
  const storedCount = () => stored.querySelectorAll('.is-stored').length;

  function take(list) {
    const pictures = [...list];
    if (pictures.length === 0) return;
    for (const file of pictures) waiting.push(entry(file));
    next();
  }

  /* One line a picture, with a key of its own: a second try with the same key never makes a second picture. */
  function entry(file) {
    const line = document.createElement('li');
    const name = document.createElement('span');
    name.textContent = file.name || 'Pasted picture';
    const bar = document.createElement('progress');
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute('aria-label', `Sending ${name.textContent}`);
    const state = document.createElement('span');
    line.append(name, ' ', state, bar);
    coming.append(line);
    return { file, line, bar, state, name: name.textContent, key: newKey(), tries: 0 };
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  function next() {
    if (busy) return;
    const item = waiting.shift();
    if (item === undefined) return;
    busy = true;
    if (storedCount() >= most) return failed(item, `A report takes ${most} pictures. Remove one first.`);
    if (item.file.size > mostBytes) return failed(item, `It is larger than ${mostBytes / 1024 / 1024} MB.`);
    if (item.file.size === 0) return failed(item, 'It is empty.');
    send(item);
  }

  function done() {
    busy = false;
    next();
  }

  function send(item) {
    item.tries += 1;
    item.state.textContent = item.tries === 1 ? 'on its way' : `on its way, try ${item.tries}`;
    item.state.className = '';
    const request = new XMLHttpRequest();
    request.open('PUT', path + item.key);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.timeout = 240000;
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) item.bar.value = Math.round((event.loaded / event.total) * 100);
      if (event.loaded === event.total) item.state.textContent = 'being checked';
    });
    request.addEventListener('load', () => answered(item, request));
    for (const how of ['error', 'timeout']) request.addEventListener(how, () => lost(item));
    request.send(item.file);
  }

  function answered(item, request) {
    let answer;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      return lost(item);
    }
    switch (answer.kind) {
      case 'kept':
        item.line.remove();
        add(answer);
        say(`Number ${answer.number} is stored: ${answer.words}.`);
        return done();
      case 'ended':
        return leave();
      case 'try-again':
        return lost(item);
      default:
        return failed(item, answer.sentence);
    }
  }

  /* The line dropped, or the server could not keep it: the same picture again, a little later. */
  function lost(item) {
    if (item.tries < TRIES) {
      item.state.textContent = 'The connection was lost. Trying again.';
      setTimeout(() => send(item), 1000 * 2 ** (item.tries - 1));
      return;
    }
    failed(item, 'The connection was lost.');
    const again = document.createElement('button');
    again.type = 'button';
    again.textContent = `Try again: ${item.name}`;
    again.addEventListener('click', () => {
      again.remove();
      item.tries = 0;
      item.bar.hidden = false;
      waiting.push(item);
      next();
    });
    item.line.append(again);
  }

  function failed(item, sentence) {
    item.bar.hidden = true;
    item.state.textContent = `Not stored. ${sentence}`;
    item.state.className = 'failed';
    say(`${item.name} was not stored. ${sentence}`);
    done();
  }

  function add({ number, words, alt, useful }) {
    tellUseful(useful);
    if (stored.querySelector(`[data-number="${Number(number)}"]`) !== null) return;
    const row = template.content.firstElementChild.cloneNode(true);
    row.dataset.number = String(number);
    row.querySelector('.number').textContent = `Number ${number}`;
    row.querySelector('.words').textContent = words;
    for (const which of row.querySelectorAll('.which')) which.textContent = String(number);
    for (const part of ['caption', 'link']) {
      const field = row.querySelector(`[name="${part}-0"]`);
      field.id = field.name = `${part}-${number}`;
      row.querySelector(`[for="${part}-0"]`).htmlFor = field.id;
    }
    row.querySelector('.remove').setAttribute('formaction', `${path}${Number(number)}/remove`);
    const small = row.querySelector('.small');
    if (alt === null) small.remove();
    else {
      small.alt = alt;
      small.src = `${path}${Number(number)}/thumbnail`;
    }
    stored.append(row);
    count.textContent = String(storedCount());
    none.hidden = true;
  }

  const useful = document.getElementById('useful');
  function tellUseful(sentence) {
    if (typeof sentence !== 'string') return;
    useful.textContent = sentence;
    useful.hidden = false;
  }

  /* What is typed beside a picture is kept when the field is left, when Save is pressed, and when the page is put away. */
  const words = document.getElementById('words');
  const unsaved = new Set();
  const rowOf = (field) => field.closest('.is-stored');

  /* One after the other, each with what stands there when its turn comes: an older word never arrives last. */
  let saving = Promise.resolve();
  function save(rows, byPress) {
    saving = saving.then(() => post(rows, byPress));
  }

  async function post(rows, byPress) {
    const fields = new URLSearchParams();
    for (const row of rows) {
      unsaved.delete(row);
      for (const field of row.querySelectorAll('textarea, input')) fields.append(field.name, field.value);
    }
    try {
      const answer = await fetch(words.action, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: fields,
        keepalive: true,
      });
      const { kind, useful: still } = await answer.json();
      if (kind === 'ended') return leave();
      if (kind !== 'kept') throw new Error(kind);
      tellUseful(still);
      if (byPress) say('Your words are kept.');
    } catch {
      for (const row of rows) if (row.isConnected) unsaved.add(row);
      say('Your words could not be kept just now. They are still here: press Save again.');
    }
  }

  stored.addEventListener('input', (event) => unsaved.add(rowOf(event.target)));
  stored.addEventListener('change', (event) => save([rowOf(event.target)], false));
  words.addEventListener('submit', (event) => {
    if (event.submitter !== null && event.submitter.classList.contains('remove')) {
      leaving = !busy;
      return;
    }
    event.preventDefault();
    save([...stored.querySelectorAll('.is-stored')], true);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && unsaved.size > 0) save([...unsaved], false);
  });

  /* The page says why, and what to do. */
  function leave() {
    if (leaving) return;
    leaving = true;
    location.reload();
  }

  files.addEventListener('change', () => {
    take(files.files);
    files.value = '';
  });
  for (const type of ['dragenter', 'dragover']) {
    document.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
  }
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) drop.classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    if (event.dataTransfer !== null) take(event.dataTransfer.files);
  });
  document.addEventListener('paste', (event) => {
    const pasted = event.clipboardData === null ? [] : [...event.clipboardData.files];
    if (pasted.length === 0) return;
    event.preventDefault();
    take(pasted);
  });
  /* A picture under way would be lost with the page; but nothing may come between a press on Stop and the stop. */
  document.addEventListener('submit', (event) => {
    if (event.target.classList.contains('always')) leaving = true;
  });
  addEventListener('beforeunload', (event) => {
    if (busy && !leaving) event.preventDefault();
  });
})();

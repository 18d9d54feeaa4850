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
        // The page says why, and what to do.
        if (!leaving) {
          leaving = true;
          location.reload();
        }
        return;
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

  function add({ number, words }) {
    const row = template.content.firstElementChild.cloneNode(true);
    const known = [...stored.querySelectorAll('.is-stored .number')].some(
      (each) => each.textContent === `Number ${number}`,
    );
    if (known) return;
    row.querySelector('.number').textContent = `Number ${number}`;
    row.querySelector('.words').textContent = words;
    row.querySelector('.which').textContent = String(number);
    row.querySelector('form').setAttribute('action', `${path}${Number(number)}/remove`);
    stored.append(row);
    count.textContent = String(storedCount());
    none.hidden = true;
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

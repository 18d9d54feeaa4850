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
  const waitLine = document.getElementById('waiting');
  const waitWords = document.getElementById('waiting-words');
  const again = document.getElementById('again');
  /* Between tries, in seconds; the last is for every later one, as long as the page is open. */
  const PAUSES = [1, 2, 4, 8, 15, 30];
  /* A line that moves nothing for so long is dead, although nobody has said so. The check itself may take its time. */
  const STALL_MS = 60000;
  const CHECK_MS = 240000;
  /* Nothing is tried after the end of the page: by the time that has passed, whatever the clock of this machine says. */
  const endsAt = performance.now() + Number(uploader.dataset.leftMs);

  /* In the order in which they were chosen; the first is the one that is sent. */
  const waiting = [];
  let sending = null;
  let pause = null;
  let lostBefore = 0;
  let chosen = 0;
  let kept = 0;
  let leaving = false;
  let over = false;
  uploader.hidden = false;
  document.getElementById('needs-script').hidden = true;

  const say = (sentence) => {
    said.textContent = sentence;
  };
  const storedCount = () => stored.querySelectorAll('.is-stored').length;
  const soFar = () => `${kept} of ${chosen} kept`;
  const isUnderWay = () => waiting.length > 0;

  function take(list) {
    const pictures = [...list];
    if (pictures.length === 0) return;
    if (over) return say('This page has ended: nothing was taken. Get a new upload page in the chat.');
    if (!isUnderWay()) [chosen, kept] = [0, 0];
    chosen += pictures.length;
    for (const file of pictures) waiting.push(entry(file));
    remember();
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
    bar.hidden = true;
    const state = document.createElement('span');
    state.textContent = 'waits its turn';
    line.append(name, ' ', state, bar);
    coming.append(line);
    return { file, line, bar, state, name: name.textContent, key: keyFor(file) };
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  function next() {
    if (sending !== null || pause !== null || over) return;
    if (performance.now() >= endsAt) return end();
    const item = waiting[0];
    if (item === undefined) return;
    if (storedCount() >= most) return failed(item, `A report takes ${most} pictures. Remove one first.`);
    if (item.file.size > mostBytes) return failed(item, `It is larger than ${mostBytes / 1024 / 1024} MB.`);
    if (item.file.size === 0) return failed(item, 'It is empty.');
    send(item);
  }

  function done(item) {
    waiting.splice(waiting.indexOf(item), 1);
    remember();
    next();
  }

  /* The whole picture, from its first byte: the server keeps nothing of one that did not arrive whole. */
  function send(item) {
    const request = new XMLHttpRequest();
    let stall = null;
    const alive = (ms) => {
      clearTimeout(stall);
      stall = setTimeout(() => request.abort(), ms);
    };
    item.state.textContent = 'on its way';
    item.state.className = '';
    item.bar.value = 0;
    item.bar.hidden = false;
    request.open('PUT', path + item.key);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => {
      alive(STALL_MS);
      if (event.lengthComputable) item.bar.value = Math.round((event.loaded / event.total) * 100);
    });
    request.upload.addEventListener('load', () => {
      alive(CHECK_MS);
      item.state.textContent = 'being checked';
    });
    request.addEventListener('loadend', () => {
      clearTimeout(stall);
      sending = null;
      if (!leaving && !over) answered(item, request);
    });
    sending = request;
    alive(STALL_MS);
    request.send(item.file);
  }

  function answered(item, { status, responseText }) {
    let answer;
    try {
      answer = JSON.parse(responseText);
    } catch {
      /* No answer, or one of something between here and the server. */
      return status >= 400 && status < 500 && status !== 408 && status !== 429
        ? failed(item, 'The upload could not be read. Reload the page and choose it again.')
        : lost(item, 'connection');
    }
    if (answer.kind !== 'try-again') found();
    switch (answer.kind) {
      case 'kept':
        item.line.remove();
        kept += 1;
        add(answer);
        say(
          [
            answer.again ? `Number ${answer.number} was kept already, and nothing is kept twice.` : '',
            answer.again ? '' : `Number ${answer.number} is stored: ${answer.words}.`,
            chosen > 1 ? `${soFar()}.` : '',
          ]
            .filter((sentence) => sentence !== '')
            .join(' '),
        );
        return done(item);
      case 'ended':
        return performance.now() >= endsAt ? end() : leave();
      case 'try-again':
        return lost(item, 'server');
      case 'new-key':
        item.key = newKey();
        remember();
        return next();
      default:
        return failed(item, answer.sentence);
    }
  }

  /* The line dropped, or the server could not keep it: the same picture again, after growing pauses, as long as it takes. */
  function lost(item, what) {
    if (performance.now() >= endsAt) return end();
    const seconds = PAUSES[Math.min(lostBefore, PAUSES.length - 1)];
    const first = lostBefore === 0;
    lostBefore += 1;
    const why = what === 'server' ? 'It could not be kept just now' : 'Waiting for the connection';
    item.bar.hidden = true;
    item.state.textContent = `${why}; ${soFar()}`;
    for (const other of waiting.slice(1)) other.state.textContent = `waits its turn; ${soFar()}`;
    const offline = what !== 'server' && navigator.onLine === false;
    waitWords.textContent = `${why}: ${soFar()}. ${
      offline ? 'It goes on by itself when this device is online again' : 'It is tried again by itself'
    }, as long as this page is open.`;
    waitLine.hidden = false;
    if (first) say(`${why}. ${soFar()}. It is tried again by itself.`);
    pause = setTimeout(goOn, seconds * 1000);
  }

  /* The pause is over, the device is online again, the page is looked at again, or somebody pressed. */
  function goOn() {
    if (pause === null) return;
    clearTimeout(pause);
    pause = null;
    next();
  }

  /* An answer came: what follows starts from short pauses again. */
  function found() {
    if (lostBefore === 0) return;
    lostBefore = 0;
    if (document.activeElement === again) files.focus();
    waitLine.hidden = true;
    for (const other of waiting.slice(1)) other.state.textContent = 'waits its turn';
  }

  function failed(item, sentence) {
    item.bar.hidden = true;
    item.state.textContent = `Not stored. ${sentence}`;
    item.state.className = 'failed';
    say(`${item.name} was not stored. ${sentence}`);
    done(item);
  }

  /* Its time is over, and the server would take nothing more. What is not known to have arrived is named. */
  function end() {
    /* One that set out in time may still be taken: its answer is waited for. */
    if (sending !== null || over) return;
    over = true;
    clearTimeout(pause);
    pause = null;
    if (!isUnderWay()) return;
    waitLine.hidden = true;
    for (const { bar, state } of waiting) {
      bar.hidden = true;
      state.textContent = 'Not confirmed. This page has ended.';
      state.className = 'failed';
    }
    const names = waiting.map(({ name }) => name).join(', ');
    say(
      `This page has ended before these were confirmed: ${names}. Get a new upload page in the chat and choose them again there. What is kept already is not kept twice.`,
    );
    waiting.length = 0;
    forget();
  }
  setTimeout(end, Math.max(0, Number(uploader.dataset.leftMs)));

  /* What is under way, by name and key, for this tab alone: a page that was reloaded can say what did not arrive. The
     pictures themselves are kept nowhere in the browser. */
  const MEMORY = `postwise ${path}`;
  /* A phone gives the same photo another time each time it is chosen. Should two be taken for one, the server tells. */
  const sameFile = (a, b) => a.name === b.name && a.size === b.size;
  const markOf = (file) => ({ name: file.name, size: file.size });
  let missing = recall();

  function recall() {
    try {
      const known = JSON.parse(sessionStorage.getItem(MEMORY) || '[]');
      return Array.isArray(known) ? known : [];
    } catch {
      return [];
    }
  }
  function remember() {
    const underWay = waiting.map(({ file, key }) => ({ key, ...markOf(file) }));
    try {
      sessionStorage.setItem(MEMORY, JSON.stringify([...missing.map(({ line: _line, ...mark }) => mark), ...underWay]));
    } catch {
      /* A browser that keeps nothing: then a reload says nothing of them. */
    }
  }
  function forget() {
    missing = [];
    try {
      sessionStorage.removeItem(MEMORY);
    } catch {
      /* Nothing was kept. */
    }
  }
  /* Remove brings the page anew, and who cannot see it would hear nothing: the new page says which picture went. A change of
     its words is only heard once the page has been read out, so it waits a moment. */
  const REMOVED = `${MEMORY} removed`;
  function tellNext(number) {
    try {
      sessionStorage.setItem(REMOVED, String(number));
    } catch {
      /* Then the count alone says so. */
    }
  }
  try {
    const number = sessionStorage.getItem(REMOVED);
    sessionStorage.removeItem(REMOVED);
    if (/^\d+$/.test(number)) setTimeout(() => say(`Picture number ${number} was removed.`), 300);
  } catch {
    /* As above. */
  }
  /* Chosen again after a reload, it has the key that it had: should it have arrived after all, it is not kept twice. */
  function keyFor(file) {
    const mark = markOf(file);
    const before = missing.find((one) => sameFile(one, mark));
    if (before === undefined) return newKey();
    before.line.remove();
    missing = missing.filter((one) => one !== before);
    return before.key;
  }
  function tellMissing() {
    const arrived = new Set([...stored.querySelectorAll('[data-key]')].map((row) => row.dataset.key));
    missing = missing.filter(
      ({ key, name }) => typeof key === 'string' && typeof name === 'string' && !arrived.has(key),
    );
    for (const one of missing) {
      one.line = document.createElement('li');
      const state = document.createElement('span');
      state.className = 'failed';
      state.textContent = 'Not stored: the page was reloaded before it had arrived. Choose it again.';
      one.line.append(one.name || 'Pasted picture', ' ', state);
      coming.append(one.line);
    }
    remember();
    if (missing.length > 0)
      say(
        `Not stored before this page was reloaded: ${missing.map(({ name }) => name || 'Pasted picture').join(', ')}.`,
      );
  }
  tellMissing();

  again.addEventListener('click', goOn);
  addEventListener('online', goOn);
  addEventListener('offline', () => {
    if (sending !== null) sending.abort();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') goOn();
  });

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
      leaving = !isUnderWay();
      tellNext(rowOf(event.submitter).dataset.number);
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
    forget();
    location.reload();
  }

  function takeChosen() {
    take(files.files);
    files.value = '';
  }
  files.addEventListener('change', takeChosen);
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
    if (!event.target.classList.contains('always')) return;
    leaving = true;
    forget();
    if (sending !== null) sending.abort();
  });
  addEventListener('beforeunload', (event) => {
    if (isUnderWay() && !leaving) event.preventDefault();
  });
  /* On a slow line somebody may have chosen before this script came. */
  if (files.files.length > 0) takeChosen();
})();

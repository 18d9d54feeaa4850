'use strict';
// Runs in the chair's browser, from a file, with nobody to ask: see lockedPage.ts for what is in the file.
const { atob, Blob, TextDecoder, TextEncoder } = globalThis;
const byId = (id) => document.getElementById(id);
const say = (sentence) => {
  byId('said').textContent = sentence;
};
const bytesOf = (base64) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

/** A long text in parts, so that no step needs it all at once. */
function allBytesOf(base64) {
  const PART = 4 * 262144;
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((base64.length / 4) * 3 - padding);
  for (let from = 0, at = 0; from < base64.length; from += PART) {
    const part = bytesOf(base64.slice(from, from + PART));
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function unlock(code) {
  const header = byId('lock').textContent;
  const { salt, nonce, iterations } = JSON.parse(header);
  const text = new TextEncoder();
  const typed = await crypto.subtle.importKey('raw', text.encode(code), 'PBKDF2', false, ['deriveKey']);
  const key = await crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations },
    typed,
    { name: 'AES-GCM', length: 256 },
    false,
    ['decrypt'],
  );
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: bytesOf(nonce), additionalData: text.encode(header) },
    key,
    allBytesOf(byId('locked').textContent),
  );
  const end = 4 + new DataView(plain).getUint32(0);
  return {
    page: new TextDecoder().decode(new Uint8Array(plain, 4, end - 4)),
    zip: new Blob([new Uint8Array(plain, end)]),
  };
}

byId('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const code = byId('code')
    .value.toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  if (code.length !== 16) return say('The code has sixteen letters and digits. Please look at it again.');
  if (globalThis.crypto === undefined || crypto.subtle === undefined)
    return say(
      'This browser cannot unlock the file. Please open it with another: Chrome, Edge or Firefox on a computer.',
    );
  say('One moment.');
  byId('open').disabled = true;
  try {
    const { page, zip } = await unlock(code);
    byId('code').value = '';
    byId('form').hidden = true;
    byId('save').href = URL.createObjectURL(zip);
    byId('report').srcdoc = page;
    byId('unlocked').hidden = false;
    say('Unlocked.');
    byId('heading').focus();
  } catch {
    say('That code does not unlock this file. Please look at each letter again.');
  } finally {
    byId('open').disabled = false;
  }
});

import { createCipheriv, createDecipheriv, createHash, pbkdf2, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * One HTML file that unlocks itself in a browser, with the code and without a network: for a reader who has no software
 * but a browser. What is in it, so that it can be opened without us too:
 *
 * - `<script id="lock">`: JSON with `version` 1, `kdf` (PBKDF2, SHA-256), `iterations`, `salt`, `cipher` (AES-256-GCM,
 *   tag of 16 bytes at the end) and `nonce`; binary values in base64;
 * - `<script id="locked">`: the locked bytes in base64. The text of `lock`, as it stands, is the additional data;
 * - the passphrase is the code's sixteen letters, capital, without hyphens;
 * - unlocked: four bytes, the length of a page (big end first), the page in UTF-8, and after it a zip.
 */
export type Unlocked = { readonly page: string; readonly zip: Buffer };

/** OWASP, Password Storage Cheat Sheet, 2023: 600,000 rounds for PBKDF2 with SHA-256. */
const ITERATIONS = 600_000;
const TAG_BYTES = 16;

type Lock = {
  readonly version: 1;
  readonly kdf: 'PBKDF2-SHA-256';
  readonly iterations: number;
  readonly salt: string;
  readonly cipher: 'AES-256-GCM';
  readonly nonce: string;
};

const asset = (name: string) => readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');

export async function lockPage({ page, zip }: Unlocked, code: string): Promise<Buffer> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const lock: Lock = {
    version: 1,
    kdf: 'PBKDF2-SHA-256',
    iterations: ITERATIONS,
    salt: salt.toString('base64'),
    cipher: 'AES-256-GCM',
    nonce: nonce.toString('base64'),
  };
  const header = JSON.stringify(lock);
  const text = Buffer.from(page, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const cipher = createCipheriv('aes-256-gcm', await keyOf(code, salt, ITERATIONS), nonce);
  cipher.setAAD(Buffer.from(header, 'utf8'));
  const locked = Buffer.concat([
    ...[length, text, zip].map((part) => cipher.update(part)),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const script = asset('unlock.js');
  const hash = createHash('sha256').update(script).digest('base64');
  const [before = '', after = ''] = asset('locked.html.template')
    .replace('{{scriptHash}}', () => hash)
    .replace('{{lock}}', () => header)
    .replace('{{script}}', () => script)
    .split('{{locked}}');
  return Buffer.concat([
    Buffer.from(before, 'utf8'),
    Buffer.from(locked.toString('base64'), 'latin1'),
    Buffer.from(after, 'utf8'),
  ]);
}

/** @returns `null` where the code is not the one it was locked with, or the file is not as it was written */
export async function unlockPage(file: string, code: string): Promise<Unlocked | null> {
  const header = /<script type="application\/json" id="lock">([^<]*)<\/script>/.exec(file)?.[1];
  const from = file.indexOf('id="locked">');
  if (header === undefined || from < 0) return null;
  const start = from + 'id="locked">'.length;
  const locked = Buffer.from(file.slice(start, file.indexOf('<', start)), 'base64');
  const { salt, nonce, iterations } = JSON.parse(header) as Lock;
  const key = await keyOf(code, Buffer.from(salt, 'base64'), iterations);
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'));
  decipher.setAAD(Buffer.from(header, 'utf8'));
  decipher.setAuthTag(locked.subarray(-TAG_BYTES));
  try {
    const plain = Buffer.concat([decipher.update(locked.subarray(0, -TAG_BYTES)), decipher.final()]);
    const end = 4 + plain.readUInt32BE(0);
    return { page: plain.subarray(4, end).toString('utf8'), zip: plain.subarray(end) };
  } catch {
    return null;
  }
}

const keyOf = (code: string, salt: Buffer, iterations: number): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    pbkdf2(code.replaceAll('-', ''), salt, iterations, 32, 'sha256', (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  );

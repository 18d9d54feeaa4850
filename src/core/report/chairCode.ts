import { scrypt, timingSafeEqual } from 'node:crypto';
import { REFERENCE_LETTERS } from '../ids.ts';

/**
 * The code by which a chair without an account may have a sealed report taken out: sixteen letters and digits of the
 * reference's, in fours, about 74 bits. It is shown to the reporter once and kept as a salted hash alone.
 */
export type ChairCode = string;

/** `hash`: 32 bytes of scrypt (N 2^15, r 8, p 1) over the letters without hyphens, base64url. `salt` is text, as it is. */
export type ChairCodeHash = { readonly salt: string; readonly hash: string };

const LETTERS = 16;

/** @param random  16 numbers, each 0 to 1 (1 excluded) */
export function toChairCode(random: readonly number[]): ChairCode {
  const letters = random.slice(0, LETTERS).map((r) => REFERENCE_LETTERS[Math.floor(r * REFERENCE_LETTERS.length)]);
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-');
}

/** As people type what was read aloud: any case, with or without hyphens and spaces. `null` where it cannot be a code. */
export function readChairCode(value: unknown): ChairCode | null {
  if (typeof value !== 'string' || value.length > 80) return null;
  const bare = value.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const known = [...bare].every((letter) => REFERENCE_LETTERS.includes(letter));
  return bare.length === LETTERS && known ? bare.replace(/(.{4})(?=.)/g, '$1-') : null;
}

/** @param salt  random, and never used twice */
export async function hashChairCode(code: ChairCode, salt: string): Promise<ChairCodeHash> {
  return { salt, hash: (await stretched(code, salt)).toString('base64url') };
}

export async function isChairCode(code: ChairCode, { salt, hash }: ChairCodeHash): Promise<boolean> {
  const wanted = Buffer.from(hash, 'base64url');
  const given = await stretched(code, salt);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

const stretched = (code: ChairCode, salt: string): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(code.replaceAll('-', ''), salt, 32, COST, (error, key) => (error === null ? resolve(key) : reject(error))),
  );

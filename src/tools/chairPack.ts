/**
 * `npm run chair-pack -- --reference SM-… --as ID --name "…" --reason "…" --out FILE.html`: takes a sealed report out of
 * Postwise as one locked file, for a chair of governors without a Teams account. The code that the reporter was given is
 * asked for; it is never an option, because options stay in the terminal's history.
 *
 * `--open FILE.html --out FILE.zip` unlocks such a file without a browser.
 */
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { config } from 'dotenv';
import { inLondon } from '../cards/when.ts';
import { readReference, readStaffId, type Reference } from '../core/ids.ts';
import { readChairCode } from '../core/report/chairCode.ts';
import { sealForChair } from '../flows/sealForChair.ts';
import { packFiles, packPage } from '../papers/chairPack.ts';
import { lockPage, unlockPage } from '../papers/lockedPage.ts';
import { zipFiles } from '../papers/zip.ts';
import { readContent } from '../readContent.ts';
import { SettingsError } from '../settings.ts';
import { createStorage } from '../storage/storage.ts';
import { placeOf } from './place.ts';

const USAGE = `Takes a report that is sealed for the chair of governors out of Postwise, locked with the reporter's code.

  npm run chair-pack -- --reference SM-… --as ID --name "…" --reason "…" --out FILE.html

  --reference SM-…      the report's reference, from the reporter or the chair
  --as ID               your own Entra object id; not a headteacher's, nor that of one whom the report concerns
  --name "…"            your own name, for the report's record
  --reason "…"          why it is taken out, for the report's record
  --out FILE.html       the file to write; one that is there is not written over
  --code-file FILE      read the code from a file; without it you are asked for it
  --without-pictures    leave the pictures out
  --local               the storage of "npm run local" instead of the settings; --port N where it was given another port

  npm run chair-pack -- --open FILE.html --out FILE.zip [--code-file FILE]     unlock one without a browser
`;

const OPTIONS = {
  reference: { type: 'string' },
  as: { type: 'string' },
  name: { type: 'string' },
  reason: { type: 'string' },
  out: { type: 'string' },
  open: { type: 'string' },
  'code-file': { type: 'string' },
  'without-pictures': { type: 'boolean' },
  local: { type: 'boolean' },
  port: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Said to the person at the terminal; the command ends with it. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function given(values: Values, name: 'reference' | 'as' | 'name' | 'reason' | 'out', most = 200): string {
  const value = values[name]?.trim() ?? '';
  if (value === '') throw new Refusal(`--${name} is missing. Nothing was done. See: npm run chair-pack -- --help`);
  if (value.length > most || /\p{Cc}/u.test(value))
    throw new Refusal(`--${name} takes one line of at most ${most} characters. Nothing was done.`);
  return value;
}

/** From the file, from what is piped in, or from the keyboard, where it is not shown. */
async function askCode(values: Values): Promise<string> {
  const file = values['code-file'];
  if (file !== undefined) return readFileSync(file, 'utf8').trim();
  if (!process.stdin.isTTY) return (await text(process.stdin)).trim();
  process.stderr.write('The code that the reporter was given (it is not shown as you type): ');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const keyboard = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const typed = await keyboard.question('');
  keyboard.close();
  process.stderr.write('\n');
  return typed.trim();
}

/** Makes the file before anything is taken out: one that is there already is left as it is. */
function newFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Refusal(
      code === 'EEXIST'
        ? `${path} is there already, and is not written over. Nothing was done.`
        : `${path} cannot be written (${code ?? 'unknown'}). Nothing was done.`,
    );
  }
}

async function writeNew(path: string, make: () => Promise<Buffer>): Promise<void> {
  const file = newFile(path);
  try {
    writeFileSync(file, await make());
    closeSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
}

async function takeOut(values: Values): Promise<string> {
  const reference: Reference | null = readReference(given(values, 'reference'));
  const by = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given(values, 'as')) ? readStaffId(values.as) : null;
  const [name, reason, out] = [given(values, 'name', 80), given(values, 'reason', 300), given(values, 'out', 1_000)];
  if (reference === null) throw new Refusal('--reference is not like SM-234-679A. Nothing was done.');
  if (by === null) throw new Refusal('--as is not an Entra object id. Nothing was done.');
  const port = values.port === undefined ? {} : { port: Number(values.port) };
  const place = placeOf({ local: values.local === true, ...port });
  const code = readChairCode(await askCode(values));
  const { school } = place;
  const storage = await createStorage(place.storage);
  const roles = async () => ({ ...place.roles, triagers: await storage.desk.triagers(school) });
  const outside = { ...storage, roster: { roles }, clock: { now: () => new Date() } };

  await writeNew(out, async () => {
    const withPictures = values['without-pictures'] !== true;
    const outcome = await sealForChair(outside, { school, reference, by, name, reason, code, withPictures });
    switch (outcome.kind) {
      case 'not-yours':
        throw new Refusal('There is no sealed report with this reference that this person may take out.');
      case 'wrong-code':
        throw new Refusal(
          `The code is wrong. That is in the report's record. Tries left in this hour: ${outcome.triesLeft}.`,
        );
      case 'locked':
        throw new Refusal(`Too many wrong codes. It can be tried again from ${inLondon(outcome.until)}.`);
      case 'too-large':
        throw new Refusal(
          `The pictures are ${Math.ceil(outcome.bytes / 1024 / 1024)} MB in all, more than one file carries. Add --without-pictures. Nothing was taken out.`,
        );
      case 'pack': {
        const { forms, earlierForms, allegation } = readContent();
        const words = { forms: [...forms, ...earlierForms], guidance: allegation };
        const zip = await zipFiles(packFiles(outcome.contents, words));
        return lockPage({ page: packPage(outcome.contents, words), zip }, code ?? '');
      }
    }
  });
  return `Written: ${out}
It is locked with the reporter's code. Give the file to the chair; the reporter passes on the code, never you with the file.
That you took it out, and why, is in the report's record.`;
}

async function open(values: Values): Promise<string> {
  const out = given(values, 'out', 1_000);
  const code = readChairCode(await askCode(values));
  const unlocked = code === null ? null : await unlockPage(readFileSync(values.open ?? '', 'utf8'), code);
  if (unlocked === null) throw new Refusal('That code does not unlock this file.');
  await writeNew(out, async () => unlocked.zip);
  return `Written: ${out}`;
}

async function main(): Promise<number> {
  let values: Values;
  try {
    values = parseArgs({ options: OPTIONS, allowPositionals: false }).values;
  } catch {
    console.error(`These options make no sense here.\n\n${USAGE}`);
    return 2;
  }
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  try {
    console.log(await (values.open === undefined ? takeOut(values) : open(values)));
    return 0;
  } catch (error) {
    if (error instanceof Refusal || error instanceof SettingsError) console.error(error.message);
    else
      console.error(`That could not be done: ${error instanceof Error ? error.name : 'unknown'}. Nothing was written.`);
    return 1;
  }
}

config({ quiet: true });
process.exitCode = await main();

import { parseArgs } from 'node:util';
import { resolve } from 'node:path';

/** How `npm run local` was asked to run. Ports used: `port` to `port + 4`. */
export interface LocalOptions {
  readonly kind: 'run';
  readonly port: number;
  /** Absolute path of the folder that keeps everything between runs. */
  readonly dataFolder: string;
  /** Whether the two Playgrounds are started. */
  readonly withClients: boolean;
}

export type ReadOptions =
  | LocalOptions
  | { readonly kind: 'help' }
  /** Something was asked that cannot be done; `sentence` says what, for the person at the terminal. */
  | { readonly kind: 'refused'; readonly sentence: string };

export const DEFAULT_PORT = 3978;
const PORTS_USED = 5;
const LOWEST_PORT = 1024;
const HIGHEST_PORT = 65_535 - (PORTS_USED - 1);
const SEE_HELP = 'See: npm run local -- --help';

export const HELP = `Starts Postwise on this machine alone: storage, the bot, and a Teams client for a teacher and one for the headteacher.

  npm run local -- [options]

  --port N      use the ports N to N+4 (${DEFAULT_PORT} when left out): bot, tables, blobs, teacher, headteacher
  --data DIR    keep everything in this folder (.data in the project when left out)
  --no-client   start storage and the bot only, for another client
  --help        show this

Settings, from the environment or a file named .env:
  POSTWISE_HEADTEACHER_IDS    Entra object ids that count as headteacher here, with commas between
  POSTWISE_SAFEGUARDING_IDS   the same for the safeguarding lead
  POSTWISE_CHAIR_IDS          the same for the chair of governors
  POSTWISE_SCHOOL_FOLDER      folder with the school's own contacts
`;

/**
 * @param args  what stands after the script's name
 * @param home  the project's folder: where `.data` is, and what a relative `--data` starts from
 */
export function readOptions(args: readonly string[], home: string): ReadOptions {
  const parsed = parse(args);
  if (typeof parsed === 'string') return { kind: 'refused', sentence: `${parsed} ${SEE_HELP}` };
  if (parsed.help === true) return { kind: 'help' };

  const port = readPort(parsed.port);
  if (port === null) {
    const sentence = `--port takes a whole number from ${LOWEST_PORT} to ${HIGHEST_PORT}, not "${parsed.port}". ${SEE_HELP}`;
    return { kind: 'refused', sentence };
  }
  if (parsed.data?.trim() === '') {
    return { kind: 'refused', sentence: `--data takes the name of a folder, and none was given. ${SEE_HELP}` };
  }
  const dataFolder = resolve(home, parsed.data ?? '.data');
  return { kind: 'run', port, dataFolder, withClients: parsed['no-client'] !== true };
}

interface Given {
  readonly help?: boolean;
  readonly port?: string;
  readonly data?: string;
  readonly 'no-client'?: boolean;
}

/** The values given, or a sentence about the first that makes no sense. */
function parse(args: readonly string[]): Given | string {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        port: { type: 'string' },
        data: { type: 'string' },
        'no-client': { type: 'boolean' },
      },
      allowPositionals: false,
    }).values;
  } catch (error) {
    return `These options make no sense here: ${args.join(' ')}. ${reasonOf(error)}`;
  }
}

function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return 'One of them is not known.';
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return 'One of them does not belong to any option.';
  return 'One of them lacks its value, or has one that it does not take.';
}

function readPort(given: string | undefined): number | null {
  if (given === undefined) return DEFAULT_PORT;
  const port = Number(given);
  return /^\d{1,5}$/.test(given) && port >= LOWEST_PORT && port <= HIGHEST_PORT ? port : null;
}

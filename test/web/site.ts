import { request } from 'node:http';
import { readStaffId } from '../../src/core/ids.ts';
import type { StaffId } from '../../src/core/ids.ts';
import { makeUploadLink } from '../../src/flows/links.ts';
import { openReport } from '../../src/flows/triageReport.ts';
import type { Person } from '../../src/flows/ports.ts';
import { createWeb } from '../../src/web/server.ts';
import { createLinkAloneVisitor } from '../../src/web/visitor.ts';
import type { WebOptions } from '../../src/web/web.ts';
import {
  aHouse,
  aReadyDraft,
  FORMS,
  type House,
  personalChat,
  setUpHouse,
  teacher,
  triager,
} from '../builders/house.ts';
import { SCHOOL } from '../builders/values.ts';

export const STANDING_LINE = 'Danger now: 999.';

/** The web over real HTTP on loopback, with the real flows on the stores in memory. */
export type Site = { readonly house: House; readonly port: number; readonly close: () => Promise<void> };

export async function aSite(change: Partial<WebOptions> = {}, house = aHouse()): Promise<Site> {
  await setUpHouse(house);
  const web = await createWeb({
    outside: house.outside,
    fetches: house.fetches,
    forms: FORMS,
    visitor: createLinkAloneVisitor(),
    school: SCHOOL,
    receive: async () => ({ status: 200 }),
    healthy: async () => true,
    local: true,
    standingLine: STANDING_LINE,
    contacts: { safeguardingLead: { kind: 'set', name: 'Ada Reyes', phone: '01632 960123' } },
    nudge: house.nudge,
    ...change,
  });
  const { port } = await web.listen(0, '127.0.0.1');
  return { house, port, close: () => web.close() };
}

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly setCookies: readonly string[];
  readonly bytes: Buffer;
  readonly text: string;
};
type Sent = { readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer };

/** One request as it is, with no browser's manners. */
export function ask(port: number, method: string, path: string, sent: Sent = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { headers = {}, body } = sent;
    const isChunked = headers['Transfer-Encoding'] === 'chunked';
    const length = body === undefined || isChunked ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const asked = request({ host: '127.0.0.1', port, method, path, headers: { ...length, ...headers }, agent: false });
    asked.on('error', reject).on('response', (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      reply.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const given = Object.entries(reply.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: reply.statusCode ?? 0,
          headers: Object.fromEntries(given) as Record<string, string>,
          setCookies: reply.headers['set-cookie'] ?? [],
          bytes,
          text: bytes.toString('utf8'),
        });
      });
    });
    asked.end(body);
  });
}

/** A browser as far as these tests need one: keeps cookies by path, and says that a press came from our own page. */
export class Surfer {
  readonly #port: number;
  readonly #cookies = new Map<string, { readonly path: string; readonly value: string }>();
  constructor({ port }: Pick<Site, 'port'>) {
    this.#port = port;
  }
  async go(method: string, path: string, sent: Sent = {}): Promise<Reply> {
    const cookie = this.cookieFor(path);
    const site: Record<string, string> = method === 'GET' ? {} : { 'Sec-Fetch-Site': 'same-origin' };
    const headers = { ...(cookie === '' ? {} : { Cookie: cookie }), ...site, ...sent.headers };
    const reply = await ask(this.#port, method, path, { ...sent, headers });
    for (const line of reply.setCookies) {
      const [pair = '', ...attributes] = line.split('; ');
      const at = pair.indexOf('=');
      const of = attributes.find((each) => each.startsWith('Path='))?.slice(5) ?? '/';
      if (attributes.includes('Max-Age=0')) this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), { path: of, value: pair.slice(at + 1) });
    }
    return reply;
  }
  /** What this browser would send along to a path. */
  cookieFor(path: string): string {
    const plain = path.split('?', 1).join('');
    return [...this.#cookies]
      .filter(([, { path: of }]) => plain === of || plain.startsWith(`${of}/`))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }
  get = (path: string, headers: Readonly<Record<string, string>> = {}) => this.go('GET', path, { headers });
  /** Presses a button of a form. */
  post = (path: string, fields: Readonly<Record<string, string>> = {}) =>
    this.go('POST', path, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  /** Sends a picture as the page's script does. */
  put = (path: string, body: Buffer, type = 'application/octet-stream') =>
    this.go('PUT', path, { headers: { 'Content-Type': type }, body });
}

/** The path of a link to the draft's upload page, as the card in the chat gives it. */
export async function anUploadLink(house: House, who: Person = teacher): Promise<string> {
  const draft = await aReadyDraft(house, { who });
  const made = await makeUploadLink(house.outside, who, draft.id);
  if (made.kind !== 'link') throw new Error(`No link but ${made.kind}`);
  return new URL(made.url).pathname;
}

/** A surfer past the button and the question, where pictures are taken. */
export async function atUpload(site: Site): Promise<{ readonly surfer: Surfer; readonly path: string }> {
  const path = await anUploadLink(site.house);
  const surfer = new Surfer(site);
  await surfer.post(path);
  await surfer.post(`${path}/question`, { answer: 'no' });
  return { surfer, path };
}

/** The path of a link to a report, as it arrives in the triager's personal chat. */
export async function anOpenLink(
  house: House,
  report: Parameters<typeof openReport>[2],
  who = triager,
): Promise<string> {
  const opened = await openReport(house.outside, who, report);
  const last = house.notices.filter(({ to }) => to === personalChat(who.staff).id).at(-1);
  if (opened.kind !== 'sent' || last?.notice.kind !== 'open-link') throw new Error(`No link but ${opened.kind}`);
  return new URL(last.notice.url).pathname;
}

/** The press on the link's button, and then the answer that it is not about the reader. */
export async function pressAndAnswer(surfer: Surfer, path: string): Promise<Reply> {
  const pressed = await surfer.post(path);
  await surfer.post(`${path}/about-you`, { answer: 'no' });
  return pressed;
}

export const staffNumber = (number: number): StaffId => {
  const id = readStaffId(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
  if (id === null) throw new Error('not an id');
  return id;
};

/** What a person reads of a page: no tags, one space between words. */
export const wordsOf = ({ text }: Pick<Reply, 'text'>): string => text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

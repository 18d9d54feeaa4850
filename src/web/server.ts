import { randomBytes } from 'node:crypto';
import pino from 'pino';
import restify, { type Request, type Response } from 'restify';
import { aboutRoutes } from './aboutPages.ts';
import { type Answer, commonHeaders, json } from './answer.ts';
import { readAsset } from './assets.ts';
import { comeBack, finishSignIn, pressButton } from './doors.ts';
import { askTheReporter, closeReport } from './exchangePages.ts';
import { askToDestroy, destroyLocked, finishLocked, showLocked, showLockedItem } from './lockedPages.ts';
import { takeMessage } from './messages.ts';
import {
  addPerson,
  answerAboutYou,
  finishReading,
  showPicture,
  showReport,
  showThumbnail,
  stopShownPicture,
} from './openPages.ts';
import { badRequestPage, faultPage, fromElsewherePage, notFoundPage, wrongMethodPage } from './plainPages.ts';
import { type Asked, isFromOurPage, isLoopbackHost, letGo } from './request.ts';
import {
  answerQuestion,
  keepPictureWords,
  removeStored,
  showUpload,
  showUploaded,
  stopUploads,
  takePicture,
} from './uploadPages.ts';
import { ownOrigin, type WebOptions } from './web.ts';

export type Web = {
  /** @param port  0 for any that is free; the one taken comes back */
  listen(port: number, host: string): Promise<{ readonly port: number }>;
  /** Takes no more requests, lets those under way end, and then ends what is left. */
  close(): Promise<void>;
};

type Handle = (web: WebOptions, asked: Asked) => Promise<Answer> | Answer;
type Verb = 'get' | 'post' | 'put';

/** Everything that can be asked for. GET stands for HEAD as well; neither spends or changes anything. */
const ROUTES: readonly (readonly [Verb, string, Handle])[] = [
  ['post', '/api/messages', takeMessage],
  ['get', '/healthz', health],
  ...aboutRoutes,
  [
    'get',
    '/assets/:file',
    ({ standingLine }, { params }) => readAsset(params['file'] ?? '') ?? notFoundPage(standingLine),
  ],
  ['get', '/signed-in', (web, { request }) => comeBack(web, queryOf(request))],

  ['get', '/open/:id', showReport],
  ['post', '/open/:id', (web, asked) => pressButton(web, 'open', asked)],
  ['post', '/open/:id/signed-in', (web, asked) => finishSignIn(web, 'open', asked)],
  ['post', '/open/:id/about-you', answerAboutYou],
  ['post', '/open/:id/concerns', addPerson],
  ['post', '/open/:id/question', askTheReporter],
  ['post', '/open/:id/close', closeReport],
  ['post', '/open/:id/finish', finishReading],
  ['get', '/open/:id/pictures/:number', showPicture],
  ['get', '/open/:id/pictures/:number/thumbnail', showThumbnail],
  ['post', '/open/:id/pictures/:number/stop', stopShownPicture],

  ['get', '/locked/:id', showLocked],
  ['post', '/locked/:id', (web, asked) => pressButton(web, 'locked', asked)],
  ['post', '/locked/:id/signed-in', (web, asked) => finishSignIn(web, 'locked', asked)],
  ['get', '/locked/:id/items/:key', showLockedItem],
  ['post', '/locked/:id/items/:key/check', askToDestroy],
  ['post', '/locked/:id/items/:key/destroy', destroyLocked],
  ['post', '/locked/:id/finish', finishLocked],

  ['get', '/upload/:id', showUpload],
  ['post', '/upload/:id', (web, asked) => pressButton(web, 'upload', asked)],
  ['post', '/upload/:id/signed-in', (web, asked) => finishSignIn(web, 'upload', asked)],
  ['post', '/upload/:id/question', answerQuestion],
  ['post', '/upload/:id/stop', stopUploads],
  ['put', '/upload/:id/pictures/:key', takePicture],
  ['post', '/upload/:id/pictures/:number/remove', removeStored],
  ['get', '/upload/:id/pictures/:number/thumbnail', showUploaded],
  ['post', '/upload/:id/words', keepPictureWords],
];

async function health(web: WebOptions): Promise<Answer> {
  const well = await web.healthy().catch(() => false);
  return {
    status: well ? 200 : 503,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
    body: well ? 'ok\n' : 'not ready\n',
  };
}

/** How long requests under way may take to end when the server closes. */
const CLOSE_GRACE_MS = 3_000;

/**
 * The HTTP edge: the message endpoint, health, and the pages behind one-time links.
 *
 * @throws where pages would stand open: without a sign-in anywhere but on loopback
 */
export async function createWeb(web: WebOptions): Promise<Web> {
  if (!web.local && web.visitor.kind === 'link-alone')
    throw new Error('Pages may be opened by a link alone in the local default only');
  // No line of restify's own: it would write addresses, and an address is a key to a report.
  const server = restify.createServer({ name: '', log: pino({ enabled: false }) as never });
  const { server: http } = server as unknown as { readonly server: typeof server };
  http.headersTimeout = 20_000;
  // A picture of twenty megabytes over a slow line.
  http.requestTimeout = 300_000;

  server.pre((request: Request, response: Response, next: (go?: false) => void) => {
    const turnedAway = turnAway(web, request);
    if (turnedAway === null) return next();
    letGo(request);
    send(web, request, response, turnedAway);
    next(false);
  });
  for (const [verb, path, handle] of ROUTES) {
    const serve = async (request: Request, response: Response) => {
      send(web, request, response, await answerTo(web, handle, { request, params: request.params as Asked['params'] }));
    };
    // A picture has no HEAD: its look would have to be in the record, and nothing would have been seen.
    for (const method of verb === 'get' && handle !== showPicture ? (['get', 'head'] as const) : [verb])
      server[method](path, serve as never);
  }
  // Only what no route answers comes here. The callback is left uncalled, so that restify adds nothing of its own.
  server.on('restifyError', (request: Request, response: Response, error: { statusCode?: number }) => {
    letGo(request);
    const { standingLine } = web;
    send(web, request, response, error.statusCode === 405 ? wrongMethodPage(standingLine) : notFoundPage(standingLine));
  });

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, host, () => {
          http.off('error', reject);
          resolve({ port: http.address().port });
        });
      }),
    close: () =>
      new Promise((resolve) => {
        const end = setTimeout(() => http.closeAllConnections(), CLOSE_GRACE_MS);
        http.close(() => {
          clearTimeout(end);
          resolve();
        });
        http.closeIdleConnections();
      }),
  };
}

/** Met before any route: addresses that are none, hosts that are not this machine, presses from pages of others. */
function turnAway(web: WebOptions, request: Request): Answer | null {
  const { standingLine } = web;
  const { host } = request.headers;
  const url = request.url ?? '';
  if (!url.startsWith('/') || !URL.canParse(url, 'http://unnamed')) return badRequestPage(standingLine);
  const isMessage = url.startsWith('/api/');
  if (web.local && !isLoopbackHost(host))
    return isMessage
      ? json(403, { message: 'This address is for this machine only.' })
      : fromElsewherePage(standingLine);
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  return changes && !isMessage && !isFromOurPage(request, ownOrigin(web, host))
    ? fromElsewherePage(standingLine)
    : null;
}

/** One rim for every route: what nobody foresaw becomes a plain answer and a line in the log, never an exception's text. */
async function answerTo(web: WebOptions, handle: Handle, asked: Asked): Promise<Answer> {
  try {
    return await handle(web, asked);
  } catch (error) {
    const mark = randomBytes(4).toString('hex');
    web.outside.log.warn('web-fault', { mark, error: error instanceof Error ? error.name : 'unknown' });
    letGo(asked.request);
    const sentence = 'That could not be done just now.';
    if (asked.request.method === 'PUT') return json(503, { kind: 'try-again', sentence });
    return asked.request.url?.startsWith('/api/') === true
      ? json(500, { message: sentence, mark })
      : faultPage(mark, web.standingLine);
  }
}

function send(web: WebOptions, request: Request, response: Response, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = answer.status;
  const headers = { ...commonHeaders(web.local), ...answer.headers };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (answer.body !== undefined) response.setHeader('Content-Length', Buffer.byteLength(answer.body));
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

const queryOf = ({ url = '' }: Request): string => {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
};

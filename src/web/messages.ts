import { type Answer, json } from './answer.ts';
import { type Asked, isLoopbackOrigin, letGo, mediaTypeOf, readBody } from './request.ts';
import type { WebOptions } from './web.ts';

/** An activity with the largest card that we send is a tenth of this. */
export const MOST_MESSAGE_BYTES = 512 * 1024;

/** Takes one activity: JSON of a bounded size, and on loopback nothing that a web page of another site sends. */
export async function takeMessage(web: WebOptions, { request }: Asked): Promise<Answer> {
  const { headers } = request;
  const turnAway = (status: number, message: string): Answer => {
    letGo(request);
    return json(status, { message });
  };
  if (web.local && headers.origin !== undefined && !isLoopbackOrigin(headers.origin))
    return turnAway(403, 'This address takes messages from programs on this machine only.');
  if (mediaTypeOf(request) !== 'application/json' || !isPlain(headers['content-encoding']))
    return turnAway(415, 'Messages are taken as JSON only, not compressed.');

  const body = await readBody(request, MOST_MESSAGE_BYTES);
  if (body.kind === 'too-large')
    return json(413, { message: `A message may have ${MOST_MESSAGE_BYTES / 1024} KB at most.` });
  const activity = body.kind === 'bytes' ? parse(body.bytes) : undefined;
  if (activity === undefined) return json(400, { message: 'The message is not valid JSON.' });

  const { status, body: said } = await web.receive(headers.authorization, activity);
  return said === undefined ? { status } : json(status, said);
}

const isPlain = (encoding: string | undefined): boolean => encoding === undefined || encoding === 'identity';

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

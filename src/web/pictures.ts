import { never } from '../core/never.ts';
import type { PictureView } from '../flows/asReceived.ts';
import type { Answer } from './answer.ts';
import type { Asked } from './request.ts';

/** What a copy may be. Anything else is not sent. */
const SHOWN = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** A picture on a page of ours: kept by no browser, and able to do nothing. */
export function pictureAnswer(view: PictureView, number: number): Answer {
  switch (view.kind) {
    case 'none':
      return noPicture(410);
    case 'altered':
      return noPicture(409);
    case 'picture':
      if (!SHOWN.includes(view.mediaType)) return noPicture(409);
      return {
        status: 200,
        headers: {
          'Content-Type': view.mediaType,
          'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
          'Content-Disposition': `inline; filename="screen-grab-${number}.${view.mediaType.slice('image/'.length)}"`,
        },
        body: view.bytes,
      };
    default:
      return never(view);
  }
}

/** For what a page asks for inside itself, and nobody reads. */
export const noPicture = (status: number): Answer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: 'There is no picture to show here.\n',
});

/** Asked for by anything but the page that it belongs on: a tab of its own, say. */
export function isForItself({ request }: Asked): boolean {
  const wantedAs = request.headers['sec-fetch-dest'];
  return wantedAs !== undefined && wantedAs !== 'image';
}

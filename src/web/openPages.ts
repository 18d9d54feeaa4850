import { readStaffId } from '../core/ids.ts';
import { never } from '../core/never.ts';
import { endSession } from '../flows/links.ts';
import { readReport, stopPicture, viewPicture, viewThumbnail } from '../flows/readReport.ts';
import type { Link, Versioned } from '../flows/ports.ts';
import { aboutToOpen, addConcerned, sayNotAboutMe, standAside } from '../flows/standAside.ts';
import { aboutHeadteacherPage, aboutYouPage, HEADTEACHER, stoodAsidePage } from './asidePages.ts';
import { type Answer, seeOther } from './answer.ts';
import { sessionCookie, toSetCookie } from './cookies.ts';
import { type LinkOf, refused, standAt } from './doors.ts';
import { isForItself, noPicture, pictureAnswer } from './pictures.ts';
import { badRequestPage, closedPage, sentencePage } from './plainPages.ts';
import { reportView } from './reportView.ts';
import { type Asked, readForm } from './request.ts';
import type { WebOptions } from './web.ts';

type Inside = { readonly link: LinkOf<'open'>; readonly kept: Versioned<Link>; readonly path: string };

/** Inside the link; past the question as well unless `asking`: nothing of a report is shown or done before its answer. */
export async function inside(web: WebOptions, asked: Asked, asking = false): Promise<Inside | Answer> {
  const standing = await standAt(web, 'open', asked);
  switch (standing.kind) {
    case 'in':
      return asking || standing.link.notAboutMe === true ? standing : question(web, standing);
    case 'ended':
      return closedPage('open', web.standingLine);
    case 'out':
      return standing.answer;
    default:
      return never(standing);
  }
}

async function question(web: WebOptions, { link, path }: Inside): Promise<Answer> {
  const reference = await aboutToOpen(web.outside, link);
  return reference === null ? noLongerPage(web.standingLine) : aboutYouPage(reference, path, web.standingLine);
}

/** The answer to "Is this about you or someone close?"; from the report's own page too, where it is seen while reading. */
export async function answerAboutYou(web: WebOptions, asked: Asked): Promise<Answer> {
  const form = await readForm(asked.request);
  const within = await inside(web, asked, true);
  if (!('link' in within)) return refused(within);
  switch (form?.get('answer')) {
    case 'no':
      return (await sayNotAboutMe(web.outside, within.kept)) === 'go-on'
        ? seeOther(within.path)
        : noLongerPage(web.standingLine);
    case 'yes': {
      const out = await standAside(web.outside, within.link, web.nudge);
      return out.kind === 'none' ? noLongerPage(web.standingLine) : stoodAsidePage(out, web.contacts, web.standingLine);
    }
    default:
      return badRequestPage(web.standingLine);
  }
}

/** Adds one of those who handle reports to those whom it concerns: that person opens it no more. */
export async function addPerson(web: WebOptions, asked: Asked): Promise<Answer> {
  const form = await readForm(asked.request);
  const within = await inside(web, asked);
  if (!('link' in within)) return refused(within);
  const chosen = form?.get('person') ?? '';
  if (chosen === HEADTEACHER) return aboutHeadteacherPage(within.path, web.contacts, web.standingLine);
  const person = readStaffId(chosen);
  if (person === null) return badRequestPage(web.standingLine);
  const added = await addConcerned(web.outside, within.link, person, web.nudge);
  switch (added.kind) {
    case 'headteacher':
      return aboutHeadteacherPage(within.path, web.contacts, web.standingLine);
    case 'done':
      return seeOther(`${within.path}#record`);
    case 'nobody-left':
      return stoodAsidePage(added, web.contacts, web.standingLine);
    case 'none':
      return noLongerPage(web.standingLine);
    default:
      return never(added);
  }
}

/** The look is in the record before a word of the report is sent; HEAD is no look, and gets no word. */
export async function showReport(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  if (!('link' in within)) return within;
  if (asked.request.method === 'HEAD') return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' } };
  const read = await readReport(web.outside, within.link);
  if (read === null) return noLongerPage(web.standingLine);
  const until = within.link.session?.until ?? within.link.redeemBy;
  const seconds = Math.ceil((Date.parse(until) - web.outside.clock.now().getTime()) / 1000);
  return reportView(web, read, within.path, { until, seconds }, readShown(asked));
}

/** `?shown=2`: a picture that was taken back, asked for by its number. */
function readShown({ request: { url = '' } }: Asked): number | null {
  const number = Number(new URL(url, 'http://unnamed').searchParams.get('shown'));
  return Number.isInteger(number) && number > 0 ? number : null;
}

export async function showPicture(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  const number = readNumber(asked);
  if (!('link' in within)) return noPicture(refused(within).status);
  if (number === null) return noPicture(404);
  // By itself, in a tab of its own, a picture would have no Stop beside it.
  if (isForItself(asked)) return seeOther(`${within.path}#picture-${number}`);
  return pictureAnswer(await viewPicture(web.outside, within.link, number), number);
}

/** The small copy that stands in the list of the page; the page's own line in the record says that it was shown. */
export async function showThumbnail(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  const number = readNumber(asked);
  if (!('link' in within)) return noPicture(refused(within).status);
  if (number === null) return noPicture(404);
  if (isForItself(asked)) return seeOther(`${within.path}#picture-${number}`);
  return pictureAnswer(await viewThumbnail(web.outside, within.link, number), number);
}

/** One press, no question in between: whoever looks must not be kept looking. */
export async function stopShownPicture(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  if (!('link' in within)) return refused(within);
  const number = readNumber(asked);
  const outcome = number === null ? 'none' : await stopPicture(web.outside, within.link, number, web.nudge);
  return outcome === 'sealed' ? seeOther(`${within.path}#picture-${number}`) : noLongerPage(web.standingLine);
}

export async function finishReading(web: WebOptions, asked: Asked): Promise<Answer> {
  const standing = await standAt(web, 'open', asked);
  if (standing.kind !== 'in')
    return standing.kind === 'out' ? refused(standing.answer) : closedPage('open', web.standingLine);
  await endSession(web.outside, standing.kept);
  const { link, path } = standing;
  const gone = toSetCookie({ name: sessionCookie(link.id), value: '', path, maxAgeSeconds: 0, local: web.local });
  const page = sentencePage(
    200,
    'Closed',
    [
      'This page cannot be opened again. You may close the tab.',
      'To look once more, press Open on the report in Teams.',
    ],
    web.standingLine,
  );
  return { ...page, headers: { ...page.headers, 'Set-Cookie': [gone] } };
}

/** Somebody was named in the report, or lost the role, since the link was sent. The reason is not told. */
export const noLongerPage = (standingLine: string): Answer =>
  sentencePage(
    403,
    'You cannot open this report',
    ['It is not open to you, or not any more. If you think that is wrong, speak to the headteacher.'],
    standingLine,
  );

const readNumber = ({ params }: Asked): number | null =>
  /^[1-9]\d{0,3}$/.test(params['number'] ?? '') ? Number(params['number']) : null;

import { clockInLondon } from '../cards/when.ts';
import { LONGEST_NOTE, LONGEST_QUESTION, MOST_QUESTIONS, type Question } from '../core/report/questions.ts';
import { CLOSING_REASONS, type ClosingReason, type Report } from '../core/report/report.ts';
import { type Answer, page } from './answer.ts';
import { html, type Html } from './html.ts';
import { inLondon, type NameOf, personInWords } from './words.ts';

/** What was typed and why it was not taken, where a form comes back. */
export type Typed = { readonly words: string; readonly problem: string; readonly reason?: ClosingReason | null };

const inSigns = (longest: number): string => longest.toLocaleString('en-GB');

/** On the report's page: what was asked and answered, the form for one more, and the one that closes the report. */
export function exchange(report: Report, path: string, nameOf: NameOf, until: string): Html {
  const questions = report.questions ?? [];
  return html`<h2 id="questions">Questions to the reporter</h2>
    ${questions.length === 0 && html`<p class="quiet">None have been asked.</p>`}
    ${questions.map((question) => questionOf(question, nameOf))} ${mayAsk(report) && askForm(report, path, until)}
    ${report.state !== 'closed' && closeForm(path)} ${report.state === 'closed' && noteOf(report.note)}`;
}

const mayAsk = (report: Report): boolean =>
  report.state !== 'closed' && (report.questions ?? []).length < MOST_QUESTIONS;

/** As typed, and as text: an address in it is no link. */
const questionOf = ({ number, at, by, words, answers }: Question, nameOf: NameOf): Html =>
  html`<h3>Question ${number}, asked by <span dir="auto">${personInWords(by, nameOf)}</span> on ${inLondon(at)}</h3>
    <dl class="answers">
      <div>
        <dt>Question</dt>
        <dd dir="auto">${words}</dd>
      </div>
      ${
        answers.length === 0 &&
        html`<div>
          <dt>Answer</dt>
          <dd>None yet</dd>
        </div>`
      }
      ${answers.map(
        (answer) =>
          html`<div>
            <dt>Answer of ${inLondon(answer.at)}</dt>
            <dd dir="auto">${answer.words}</dd>
          </div> `,
      )}
    </dl>`;

function askForm(report: Report, path: string, until: string | null, typed?: Typed): Html {
  return html`<form class="writing" method="post" action="${path}/question">
    ${problemOf('ask-problem', typed)}
    <p>
      <label for="ask">Ask the reporter</label>
      <textarea id="ask" name="words" rows="4" aria-describedby="ask-hint${typed === undefined ? '' : ' ask-problem'}">
${typed?.words ?? ''}</textarea>
    </p>
    <p class="quiet" id="ask-hint">
      The person who reported this will read it in their own chat, without your name. At most
      ${inSigns(LONGEST_QUESTION)} characters. ${cautionOf(report)}
      ${until !== null && `This page closes at ${clockInLondon(until)}; send it before then.`}
    </p>
    <button type="submit">Send the question</button>
  </form>`;
}

/** A picture may have been stopped after Send as well. */
const cautionOf = ({ imagery, pictures }: Report): Html | false =>
  imagery !== 'no'
    ? html`<strong
        >Do not ask anybody to send, show or describe the picture. Do not ask the reporter to question a child.</strong
      >`
    : pictures > 0 &&
      html`<strong>If a screen grab may be indecent, do not ask anybody to send, show or describe it.</strong>`;

function closeForm(path: string, typed?: Typed): Html {
  return html`<h2 id="close">Close the report</h2>
    <form class="writing" method="post" action="${path}/close">
      ${problemOf('close-problem', typed)}
      <fieldset>
        <legend>Why is it closed? For the record; the reporter does not see it.</legend>
        ${CLOSING_REASONS.map(({ code, label }) =>
          code === typed?.reason
            ? html`<p>
                <label><input type="radio" name="reason" value="${code}" checked /> ${label}</label>
              </p>`
            : html`<p>
                <label><input type="radio" name="reason" value="${code}" /> ${label}</label>
              </p>`,
        )}
      </fieldset>
      <p>
        <label for="note">A note to the reporter, if you like</label>
        <textarea
          id="note"
          name="note"
          rows="4"
          aria-describedby="note-hint${typed === undefined ? '' : ' close-problem'}"
        >
${typed?.words ?? ''}</textarea>
      </p>
      <p class="quiet" id="note-hint">
        The person who reported this will read it; no details about others. At most ${inSigns(LONGEST_NOTE)} characters.
      </p>
      <button type="submit">Close the report</button>
    </form>`;
}

const noteOf = (note: string | undefined): Html =>
  note === undefined
    ? html`<p class="quiet">It was closed without a note to the reporter.</p>`
    : html`<h3>The note that the reporter reads</h3>
        <p dir="auto" class="note">${note}</p>`;

const problemOf = (id: string, typed: Typed | undefined): Html | null =>
  typed === undefined
    ? null
    : html`<p class="notice danger" id="${id}" role="alert"><strong>${typed.problem}</strong></p>`;

/** The form by itself, with what was typed and why it was not taken: nothing of the report is shown again for it. */
export function askAgainPage(report: Report, path: string, typed: Typed, standingLine: string): Answer {
  const main = html`<p class="over">Report</p>
    <h1>${report.reference}</h1>
    ${askForm(report, path, null, typed)} ${back(path)}`;
  return page(400, { title: 'The question was not sent', main, standingLine });
}

export function closeAgainPage(report: Report, path: string, typed: Typed, standingLine: string): Answer {
  const main = html`<p class="over">Report</p>
    <h1>${report.reference}</h1>
    ${closeForm(path, typed)} ${back(path)}`;
  return page(400, { title: 'The report was not closed', main, standingLine });
}

const back = (path: string): Html => html`<p><a class="button" href="${path}">Back to the report</a></p>`;

/** The page ended while somebody wrote: what they typed comes back to them, and was not sent. */
export function notSentPage(status: number, typed: string, standingLine: string): Answer {
  const main = html`<h1>That was not sent</h1>
    <p>
      The page had closed before you pressed. Copy what you typed, press Open on the report in Teams again, and put it
      there.
    </p>
    <p>
      <label for="typed">What you typed</label>
      <textarea id="typed" rows="8" readonly>${typed}</textarea>
    </p>`;
  return page(status, { title: 'That was not sent', main, standingLine });
}

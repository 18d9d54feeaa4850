import { NOT_SHOWN_HERE } from '../cards/pictureSentences.ts';
import { clockInLondon } from '../cards/when.ts';
import { closingReasonInWords, concernInWords, stateForTriage, withdrawalInWords } from '../cards/sentences.ts';
import type { StaffId } from '../core/ids.ts';
import { never } from '../core/never.ts';
import { firstBreak } from '../core/report/audit.ts';
import { wordsHold } from '../core/report/exchange.ts';
import { formOfDay } from '../core/report/formVersions.ts';
import { answerInWords, type FormInput, type IncidentForm, inputsOf } from '../core/report/forms.ts';
import { IMAGERY_KIND } from '../core/report/draft.ts';
import { NO_SIGNPOSTS, type Signpost, signpostsFor } from '../core/report/signposts.ts';
import { sourceInWords } from '../cards/signpostWords.ts';
import { type Evidence, pictureReasonInWords } from '../core/report/picture.ts';
import type { Addition, Report, Withdrawal } from '../core/report/report.ts';
import type { PictureWords } from '../core/report/pictureWords.ts';
import { type ReportPage, thumbnailed } from '../flows/readReport.ts';
import { addressWarning, mayCopy, noAddressNotice, type Typed, typedOn, withRoutes } from './addresses.ts';
import { type Answer, page } from './answer.ts';
import { exchange } from './exchangeView.ts';
import { html, type Html, type Piece } from './html.ts';
import { allegationGuidance, isAboutStaff } from './allegation.ts';
import { whomElse } from './asidePages.ts';
import { imageryAdvice } from './safeguarding.ts';
import type { WebOptions } from './web.ts';
import {
  altOfSmall,
  auditInWords,
  dateInWords,
  inLondon,
  type NameOf,
  personInWords,
  pictureInWords,
} from './words.ts';

/** How long the page may be looked at. After that the browser leaves it, so that no report stands open on a screen. */
export type Stay = { readonly until: string; readonly seconds: number };

/**
 * The report in words, its pictures, the rules that apply and everything that was done with it.
 *
 * @param shown  the picture that was taken back and is asked for all the same
 */
export function reportView(
  web: WebOptions,
  { report, evidence, record, others = [] }: ReportPage,
  path: string,
  stay: Stay,
  shown: number | null = null,
): Answer {
  // The reporter by the name that Teams gave with the report; those whom the settings name by theirs.
  const nameOf: NameOf = (staff) =>
    web.nameOf?.(staff) ?? (staff === report.reporter ? (report.reporterName ?? null) : null);
  const { form, isOfDay } = formOfDay(web.forms, report) ?? { form: null, isOfDay: true };
  const copying = mayCopy(report, evidence);
  const typed = typedOn(copying);
  const said = html`${!isOfDay && questionsOfToday(report)}
    <dl class="answers">${answersOf(report, form, typed)}</dl>
    ${(report.additions ?? []).map((addition) => additionOf(addition, typed))}
    ${evidence.length > 0 && picturesOf(web, evidence, path, shown, typed)}`;
  const main = html`<p class="over">Report</p>
    <h1>${report.reference}</h1>
    <p class="quiet">Open to you until ${clockInLondon(stay.until)}. Then the page closes by itself.</p>
    ${report.withdrawn !== undefined && withdrawnNotice(report.withdrawn)}
    ${report.danger === 'yes' && html`<p class="notice danger"><strong>The reporter said that somebody was in danger.</strong></p>`}
    <dl class="facts">
      ${fact('Kind', form?.title ?? report.kind)} ${fact('Where it stands', stateInWords(report, nameOf))}
      ${fact('Sent', inLondon(report.filedAt))} ${fact('Reported by', personInWords(report.reporter, nameOf))}
      ${fact('Concerns', report.concerns.map((concern) => concernInWords(concern, (id) => nameOf(id as StaffId))).join('; '))}
      ${fact('Screen grabs', report.pictures === 0 ? 'None' : String(report.pictures))}
    </dl>
    ${report.imagery !== 'no' && (report.kind === IMAGERY_KIND || form === null ? imageryNotice(web) : otherStopNotice(form))}
    ${isAboutStaff(report, record) && allegationGuidance(web.allegation, web.contacts)}
    ${!copying && noAddressNotice(report)}
    <h2>What was reported</h2>
    ${typed.copies() && addressWarning} ${said} ${form !== null && whatToDo(form)}
    ${form !== null && clausesOf(web, form, report)}
    ${form !== null && outsideTheSchool(form, signpostsFor(web.signposts ?? NO_SIGNPOSTS, copying ? form : withRoutes(form), report.answers))}
    ${exchange(report, path, nameOf, stay.until)} ${whomElse(others, path, web)}
    <h2 id="record">The record</h2>
    <p class="quiet">
      Every step and every look, in the order in which they happened. ${chainSentence(report, record)}
    </p>
    <ol class="record">
      ${record.map(
        (line) =>
          html`<li>
            <span class="when">${inLondon(line.at)}</span>
            <span class="who" dir="auto">${personInWords(line.by, nameOf)}</span>
            <span class="what">${auditInWords(line, nameOf)}</span>
          </li> `,
      )}
    </ol>
    <form class="finish" method="post" action="${path}/finish">
      <button class="primary" type="submit">I have finished: close this page</button>
    </form>`;
  const onward = { to: path, afterSeconds: stay.seconds };
  return page(200, {
    title: `Report ${report.reference}`,
    main,
    standingLine: web.standingLine,
    onward,
    script: typed.copies() ? 'copy.js' : undefined,
  });
}

const withdrawnNotice = ({ at, reason, words }: Withdrawal): Html =>
  html`<section class="notice" aria-label="Withdrawn by the reporter">
    <p><strong>Withdrawn by the reporter</strong> on ${inLondon(at)}: ${withdrawalInWords(reason)}.</p>
    ${words !== undefined && html`<p dir="auto">${words}</p>`}
    <p class="quiet">
      It is still here, and can still be acknowledged and closed. A worry about a child does not end with it.
    </p>
  </section>`;

const questionsOfToday = ({ formVersion }: Report): Html =>
  html`<p class="notice">
    The questions are those of today: version ${formVersion}, which was asked, is not kept here.
  </p>`;

/** As typed, and as text: an address in it is no link. */
const additionOf = ({ at, words, pictures }: Addition, typed: Typed): Html =>
  html`<h3>Added by the reporter on ${inLondon(at)}</h3>
    <dl class="answers">
      ${words !== undefined && fact('In their words', typed.text(words))}
      ${pictures.length > 0 && fact('Screen grabs', `Number ${pictures.join(', ')}`)}
    </dl>`;

const fact = (name: string, value: Piece): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd dir="auto">${value}</dd>
  </div> `;

function stateInWords(report: Report, nameOf: NameOf): string {
  switch (report.state) {
    case 'new':
      return stateForTriage(report.state);
    case 'acknowledged':
      return `Acknowledged by ${personInWords(report.acknowledgedBy, nameOf)}, ${inLondon(report.acknowledgedAt)}`;
    case 'closed':
      return `Closed by ${personInWords(report.closedBy, nameOf)}, ${inLondon(report.closedAt)}: ${closingReasonInWords(report.reason)}`;
    default:
      return never(report);
  }
}

/** Every answer under its label; one that no input asks for any more stands under its own id, so that nothing is hidden. */
function answersOf({ answers }: Report, form: IncidentForm | null, typed: Typed): readonly Html[] {
  const inputs = form === null ? [] : inputsOf(form);
  const inWords = (input: FormInput) => {
    const words = answerInWords(input, answers[input.id]);
    if (input.type === 'date') return dateInWords(words);
    return input.type === 'text' ? typed.text(words, input.id === 'link') : words;
  };
  const asked = inputs.map((input) => fact(input.label, inWords(input)));
  const others = Object.entries(answers).filter(([id]) => !inputs.some((input) => input.id === id));
  return [...asked, ...others.map(([id, value]) => fact(id, typed.text(value)))];
}

const imageryNotice = (web: WebOptions): Html =>
  html`<section class="notice stop" aria-label="Possible indecent image">
    <p>
      <strong>The reporter said that a picture could show a child undressed or sexual content.</strong> Postwise took no
      picture after that, and shows none here.
    </p>
    ${imageryAdvice(web.contacts)}
  </section>`;

/** Of an adult's intimate picture or terrorist material, in content's own words. */
const otherStopNotice = ({ title, summary }: IncidentForm): Html =>
  html`<section class="notice stop" aria-label="No pictures in this report">
    <p><strong>${title}.</strong> ${summary} Postwise took no picture after that, and shows none here.</p>
  </section>`;

function picturesOf(
  web: WebOptions,
  evidence: readonly Evidence[],
  path: string,
  shown: number | null,
  typed: Typed,
): Html {
  const some = evidence.some(({ state }) => state === 'sealed');
  return html`<h2 id="pictures">Screen grabs</h2>
    <p class="quiet">
      They show what the reporter saw. They do not prove who wrote it. Each one that you look at is in the record.
    </p>
    <p class="quiet" id="stop-hint">
      One press on Stop locks a screen grab for everybody and tells the safeguarding lead.
    </p>
    ${smallOnes(evidence, path)}
    ${evidence.map((picture) => pictureOf(picture, named(picture.number, evidence), path, shown, typed))}
    ${some && html`<section class="notice stop" aria-label="After a stop">${imageryAdvice(web.contacts)}</section>`}`;
}

/** What is said of a picture instead of showing it, to whoever cannot see it. It describes nothing. */
const altText = (grab: string): string => `${grab}, as sent by the reporter`;

/** A number stays with its picture when one before it is removed: "3 of 2" would look as if one were missing. */
const named = (number: number, evidence: readonly Evidence[]): string =>
  evidence.some((picture) => picture.number > evidence.length)
    ? `Screen grab ${number}`
    : `Screen grab ${number} of ${evidence.length}`;

/** Of several pictures a list, each leading to where it stands below. */
function smallOnes(evidence: readonly Evidence[], path: string): Html | null {
  const small = thumbnailed(evidence);
  if (small.length === 0) return null;
  return html`<ul class="small-ones" aria-label="All of them, small">
    ${small.map(
      (picture) =>
        html`<li>
          <a href="#picture-${picture.number}"
            ><img
              class="small"
              src="${path}/pictures/${picture.number}/thumbnail"
              alt="${altOfSmall(picture)}"
              width="88"
              height="88"
          /></a>
        </li>`,
    )}
  </ul>`;
}

/** As the sender wrote it. */
const wordsOf = ({ caption, link }: PictureWords, typed: Typed): Html =>
  html`<dl class="answers">
    ${caption !== undefined && fact('The sender’s words', typed.text(caption))}
    ${link !== undefined && fact('Where it was', typed.text(link, true))}
  </dl>`;

/** Heading and Stop stay in sight while the picture is, however tall it is. */
function pictureOf(picture: Evidence, grab: string, path: string, shown: number | null, typed: Typed): Html {
  const { number } = picture;
  const facts = html`<p class="quiet">
    ${pictureInWords(picture)}. Received ${inLondon(picture.receivedAt)}. SHA-256 begins
    <code>${picture.sha256.slice(0, 12)}</code>.
  </p>`;
  const heading = html`<h3>${grab}</h3>`;
  if (picture.state === 'destroyed')
    return html`<section class="picture sealed" id="picture-${number}">
      ${heading}
      <div class="notice stop">
        <p>
          <strong
            >Destroyed${picture.destroyed !== undefined && ` on ${inLondon(picture.destroyed.at)}`}, by the safeguarding
            lead.</strong
          >
          It had been stopped because it might be an indecent image. Who advised it and why is in the record below.
        </p>
      </div>
      ${facts}
    </section>`;
  if (picture.state === 'sealed')
    return html`<section class="picture sealed" id="picture-${number}">
      ${heading}
      <div class="notice stop">
        <p>
          <strong
            >Stopped${picture.sealedAt !== undefined && ` on ${inLondon(picture.sealedAt)}`}: it may be an indecent
            image.</strong
          >
        </p>
        <p>Nobody can open it here any more. A message for the safeguarding lead is on its way, without the picture.</p>
      </div>
      ${facts}
    </section>`;
  const { withdrawn } = picture;
  const back =
    withdrawn !== undefined &&
    html`<p class="notice">
      <strong>Taken back by the reporter</strong> on ${inLondon(withdrawn.at)}:
      ${pictureReasonInWords(withdrawn.reason)}. The original is kept.
    </p>`;
  if (withdrawn !== undefined && shown !== number)
    return html`<section class="picture sealed" id="picture-${number}">
      ${heading} ${back}
      <p><a class="button" href="${path}?shown=${number}#picture-${number}">Show number ${number} all the same</a></p>
      ${facts}
    </section>`;
  return html`<section class="picture" id="picture-${number}">
    <div class="bar">
      ${heading}
      <form method="post" action="${path}/pictures/${number}/stop">
        <button class="stop" type="submit" aria-describedby="stop-hint">
          Stop: this may be an indecent image<span class="unseen"> (screen grab ${number})</span>
        </button>
      </form>
    </div>
    ${back}
    ${
      picture.noView === true
        ? html`<p class="notice">${NOT_SHOWN_HERE}</p>`
        : html`<img
            src="${path}/pictures/${number}"
            alt="${altText(grab)}"
            width="${picture.width}"
            height="${picture.height}"
            loading="lazy"
          />`
    }
    ${picture.words !== undefined && wordsOf(picture.words, typed)} ${facts}
  </section>`;
}

const list = (heading: string, items: readonly string[]): Html | null =>
  items.length === 0
    ? null
    : html`<h3>${heading}</h3>
        <ul>
          ${items.map((item) => html`<li>${item}</li>`)}
        </ul>`;

function whatToDo({ doNow, doNot }: IncidentForm): Html {
  return html`<h2>What the reporter was told to do</h2>
    ${list('Do', doNow)} ${list('Do not', doNot)}`;
}

/** National guidance for this kind, and where else it can be taken: under a heading of its own, so that nobody takes it for policy. */
function outsideTheSchool({ national }: IncidentForm, signposts: readonly Signpost[]): Html | null {
  if (national === undefined && signposts.length === 0) return null;
  return html`<section class="notice" id="outside" aria-label="Not the school's policy">
    <h2>National guidance and help: not the school's policy</h2>
    ${
      national !== undefined &&
      html`<ul>
          ${national.lines.map((line) => html`<li>${line}</li>`)}
        </ul>
        <p class="quiet">${sourceInWords(national)}</p>`
    }
    ${signposts.map(
      (post) =>
        html`<h3>${post.title}</h3>
          ${post.lines.map((line) => html`<p>${line}</p>`)}
          <p class="quiet">${sourceInWords(post)}</p>`,
    )}
  </section>`;
}

/** Word for word, as it stood on the day of the report. A clause that is not kept is named by its number. */
function clausesOf({ clause }: WebOptions, { clauses }: IncidentForm, report: Report): Html | null {
  const { policyId, policyVersion, rules = clauses } = report;
  if (rules.length === 0) return null;
  return html`<h2>What the policy says</h2>
    <p class="quiet">
      Policy version ${policyVersion}, as it stood when this was sent. These rules apply to this kind of report.
    </p>
    ${rules.map((id) => {
      const shown = clause?.(id, { policyId, version: policyVersion }) ?? null;
      return shown === null
        ? html`<p>Rule ${id}, whose wording of that day is not kept here.</p>`
        : html`<figure class="clause">
            <blockquote><p>${shown.quote}</p></blockquote>
            <figcaption>${shown.section} (${id})</figcaption>
          </figure>`;
    })}`;
}

/** Another look may have been written between the report and its record: those lines are past the report's own chain. */
function chainSentence(report: Report, record: ReportPage['record']): string {
  const broken = firstBreak(record.slice(0, report.chain.lines), report.chain);
  if (broken === null && !wordsHold(report, record))
    return 'Warning: a question, an answer or a note is not the one that the record was written for. Tell whoever looks after Postwise.';
  return broken === null
    ? `Nothing has been taken out or altered: each line is tied to the one before (${report.chain.head.slice(0, 12)}).`
    : `Warning: the record does not hold at line ${broken}. Tell whoever looks after Postwise.`;
}

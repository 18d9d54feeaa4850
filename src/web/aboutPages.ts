import { type Answer, page } from './answer.ts';
import { html, type Html } from './html.ts';
import type { WebOptions } from './web.ts';

/**
 * The pages that anybody may read without a link: the Teams manifest names them, and Teams shows them before the app is
 * put in. They are the same for every reader and name nobody.
 */
type About = { readonly path: string; readonly name: string; readonly title: string; readonly main: Html };

const HOME: About = {
  path: '/',
  name: 'What Postwise is',
  title: 'Postwise',
  main: html`<p>
      Postwise is a helper in Microsoft Teams for the staff of one school. Ask it what the school’s social media policy
      says, and it answers with the rule, word for word, and where it stands. Tell it that you have something to report,
      and it guides you through a report that reaches the people who should see it.
    </p>
    <p>
      There is nothing to sign in to here. Open Postwise in Teams and write <strong>help</strong>. Pages with reports or
      screen grabs open only from a link in the chat.
    </p>
    <h2>What it is not</h2>
    <ul class="steps">
      <li>It is not an emergency service. Nobody watches it.</li>
      <li>It does not replace your own duty to report a worry about a child.</li>
      <li>It is not for pupils or parents.</li>
    </ul>`,
};

/** What is kept, and in which words. */
const KEPT: readonly (readonly [string, string])[] = [
  [
    'Your questions',
    'Their words are not kept by Postwise, and nobody in school is told what you asked. What your last question was about is kept for thirty minutes, so that you can go on from it. No outside service answers them.',
  ],
  [
    'A question that you send to the headteacher',
    'The words that you looked over and sent, with your name as Teams gives it, and when; and what the headteacher answered. The headteacher and you can read it.',
  ],
  [
    'What questions teach',
    'How often in a week staff asked about a topic that the policy does not answer, and how many found an answer helpful. Numbers only: no names, no words, no times. A topic is shown only where it was asked about more than five times in a week. Nothing is counted where somebody may be at risk, nor where you are sent to the chair of governors and not to the headteacher.',
  ],
  [
    'How to reach you',
    'The id of your school account, the address of your chat with Postwise, and that you were welcomed. With them it answers you and tells you when a report of yours moves on.',
  ],
  [
    'A report that you have begun',
    'Your answers and your screen grabs, so that nothing is lost before you send it. Where a picture lies in Teams is kept until the picture is stored, or for ten minutes.',
  ],
  [
    'A report that you have sent',
    'That you sent it, with your name as Teams gives it, and when; what you answered, which may be about pupils, parents or colleagues; whom you say it concerns; the screen grabs as they came; its reference; where it stands and why it was closed.',
  ],
  [
    'The record of a report',
    'Who sent, acknowledged, opened, looked at a picture of, stood aside from, withdrew or closed it, and when. It shows that reports are dealt with, and who has seen them.',
  ],
  [
    'Links and cookies',
    'For whom a link was made, what it leads to and when. The pages behind a link set a cookie that holds for minutes and does nothing but keep that one page open in that one browser. There are no other cookies.',
  ],
  ['The log', 'What happened, with ids, so that faults can be found. No names, and no word of a question or a report.'],
  ['The headteacher’s choices', 'Which channel reports are shown in, who handles reports, and who decided it.'],
];

const PRIVACY: About = {
  path: '/privacy',
  name: 'Privacy',
  title: 'What Postwise keeps, and who sees it',
  main: html`<p>
      The school decides why and how your data is used here: it is the <strong>controller</strong>. Postwise runs for
      this one school and keeps what it keeps in the school’s own storage.
    </p>
    <h2>What is kept, and why</h2>
    <dl>
      ${KEPT.map(
        ([what, how]) =>
          html`<div>
            <dt>${what}</dt>
            <dd>${how}</dd>
          </div>`,
      )}
    </dl>
    <p>Teams keeps its own copy of what is written in the chat, for as long as the school has set there.</p>
    <h2>Who sees it</h2>
    <p>Reports are not anonymous. Before you send one, you are shown the roles that will read it:</p>
    <ul class="steps">
      <li>most reports: the headteacher and those whom the headteacher has named to handle reports;</li>
      <li>about a colleague, or with an intimate picture of adults only: the headteacher alone;</li>
      <li>
        where a child may be at risk, or a picture may show a child undressed or sexual content: the safeguarding lead
        and deputies alone;
      </li>
      <li>about the headteacher, or perhaps about them: the chair of governors alone.</li>
    </ul>
    <p>
      A person whom the report concerns is not let in to it, whatever their role. If that leaves nobody in a role, the
      report goes to the headteacher, or else to the chair. The channel shows that a report is there, and never a name
      or what it says. A picture that was stopped is locked: no page shows it to anybody. For a chair who has no school
      account, a report about the headteacher can be taken out as one locked file; only the code that its sender was
      given opens it, and who took it out is in its record.
    </p>
    <p>
      Whoever looks after the school’s Microsoft systems could reach the storage itself. They are not shown reports, and
      the school answers for what they may do. Nothing is sold, shown to advertisers or used to train anything.
    </p>
    <h2>How long</h2>
    <p>
      <strong>Postwise does not delete drafts, reports or pictures by itself yet.</strong> A report that you have not
      sent you can delete yourself: write <strong>delete</strong> in the chat. Its words go at once; its pictures may be
      brought back by the school’s administrators for seven days, and a picture that was stopped stays locked until the
      safeguarding lead has decided. You can withdraw a report that was sent: it is then marked, not removed. It stays
      until the school removes it under its own rules for keeping records.
    </p>
    <h2>Your rights, and whom to ask</h2>
    <p>
      You may ask the school what it holds about you, and to put it right; sometimes you may object or have it removed.
      Some of it may have to be kept, or kept from you, to protect a child or somebody else. Ask the
      <strong>headteacher</strong> or the school’s <strong>data protection officer</strong>: the school’s own privacy
      notice says how to reach them, and on what legal grounds the school uses data. If you are not content with the
      answer, you can complain to the Information Commissioner’s Office, <a href="https://ico.org.uk/">ico.org.uk</a>.
    </p>`,
};

const TERMS: About = {
  path: '/terms',
  name: 'Terms of use',
  title: 'Using Postwise',
  main: html`<p>
      Postwise is for the staff, governors and volunteers to whom the school has given it, for the school’s work. The
      school’s own rules for its systems hold here too.
    </p>
    <h2>Danger does not wait for a chat</h2>
    <p>
      Nobody watches Postwise, and a report may be read hours or days later. Do not use it instead of a telephone, or
      instead of speaking to somebody.
    </p>
    <h2>Answers</h2>
    <p>
      Answers quote the school’s policy as it was issued, and say when its review is overdue. They can pick the wrong
      rule. They are not legal advice and no decision of the school: where it matters, read the section or ask the
      headteacher.
    </p>
    <h2>Reports</h2>
    <ul class="steps">
      <li>Say what you saw, as truly as you can. Your name goes with it.</li>
      <li>
        <strong>Never send a picture that may show a child undressed or sexual content</strong>, and do not take a
        screen grab of one. You are asked about that before any picture is taken. Tell the safeguarding lead at once.
      </li>
      <li>Show a report, a link or a screen grab to nobody who does not need it for their work.</li>
    </ul>
    <h2>No promise</h2>
    <p>
      Postwise may be out of order. It then says so, and what was stored is still there. If it does not work, tell the
      headteacher in another way.
    </p>`,
};

const ABOUT: readonly About[] = [HOME, PRIVACY, TERMS];

const answerFor = ({ path, title, main }: About, standingLine: string): Answer => {
  const others = ABOUT.filter((other) => other.path !== path);
  const links = others.map(({ path: to, name }, at) => html`${at > 0 && ' · '}<a href="${to}">${name}</a>`);
  return page(200, {
    title: path === '/' ? 'What it is' : title,
    main: html`<h1>${title}</h1>
      ${main}
      <nav aria-label="More about Postwise"><p>${links}</p></nav>`,
    standingLine,
  });
};

/** Path and answer of each, for the list of routes. */
export const aboutRoutes = ABOUT.map(
  (about) => ['get', about.path, ({ standingLine }: WebOptions) => answerFor(about, standingLine)] as const,
);

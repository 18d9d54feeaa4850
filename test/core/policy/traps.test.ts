import type { Answer } from '../../../src/core/policy/answer.ts';
import { answerChoice, answerQuestion } from '../../../src/flows/answerQuestion.ts';
import { readPolicies } from '../../../src/policies.ts';

const index = readPolicies();
afterAll(() => index.encoder.close());
const ask = (question: string): Promise<Answer> => answerQuestion(question, index, '2026-11-22');
const choose = (id: string): Answer => {
  const answer = answerChoice(id, index, '2026-11-22');
  if (!answer) throw new Error(`There is no choice "${id}"`);
  return answer;
};
const rules = (answer: Answer): string[] => answer.citations.map(({ rule }) => rule);

/** What a careful reader of the policy notices, row by row; what a naive reader gets wrong stands in the name. */
describe('the traps of the policy', () => {
  it('1: a rule keeps the verb that it has, and the heading\'s "should be followed" is kept apart', async () => {
    const strength = await ask('are the rules in section 5 compulsory or are they just guidance');
    expect(rules(strength)).toContain('5.0');
    expect(strength.headline).toContain('should be followed');
    expect(index.policy.clauses.get('5.v.1' as never)).toMatchObject({
      modality: 'do not',
      headingVerb: 'should be followed',
    });
    expect(index.policy.clauses.get('6.1.b' as never)).toMatchObject({ modality: 'must not' });
  });

  it.each([
    ['a friend of mine from college has put an embarrassing picture of me on facebook', '8.1.a', 'required'],
    ['a colleague has posted something nasty about me on facebook', '8.3.a', 'report'],
    [
      'one of my friends, who is also a mum at school, has posted something horrible about our school',
      '8.3.a',
      'report',
    ],
  ])('2 and 3: who posted about whom decides: %s', async (question, rule, verdict) => {
    const answer = await ask(question);
    expect([answer.citations[0]?.rule, answer.verdict]).toEqual([rule, verdict]);
  });

  it('2: asks who posted when it is not said', async () => {
    const answer = await ask('there is something horrible about me on facebook, what should i do');
    expect(['report', 'required']).toContain(answer.verdict);
    expect(choose('friend-posted-me').citations[0]?.rule).toBe('8.1.a');
    expect(choose('posted-me-unknown').clarify?.choices).toHaveLength(4);
  });

  it("3: staff must not deal with a parent's post personally", async () => {
    const answer = await ask('a parent has been rude about us online, can I message her and ask her to take it down?');
    expect(rules(answer)).toContain('8.3.c');
    expect(answer.verdict).toMatch(/prohibited|report/);
  });

  it("3: telling the site is not dealing with a parent's post personally", () => {
    const { next, headline } = choose('parent-post-about-me');
    expect(headline).toContain('staff must not deal with it personally');
    expect(next).toContain("Use the site's own report function.");
    expect(next).toContain('Do not reply to the person or try to settle it yourself.');
  });

  it('4: the headteacher is advised if there are likely repercussions, neither always nor never', () => {
    const answer = choose('friend-post-repercussions');
    expect(answer.citations[0]?.rule).toBe('8.1.c');
    expect(answer.headline).toContain('if there are likely repercussions');
  });

  it('4: who cannot tell whether there are repercussions is pointed to the headteacher', () => {
    for (const id of ['friend-posted-me', 'neg-embarrassed', 'friend-wont-remove'])
      expect(choose(id).next.join(' ')).toMatch(/if there are likely repercussions.* If you cannot tell, ask them/);
  });

  it('5: evidence is kept first, and never of a child', async () => {
    const answer = await ask('should I take a screenshot of the abuse about me before it is deleted?');
    expect(answer.citations[0]?.rule).toBe('8.2.b');
    expect(answer.next[0]).toMatch(/never of anything that could show a naked or partly naked child/);
    expect((await ask('a child has been sent a nude of another pupil, shall I screenshot it as evidence')).kind).toBe(
      'emergency',
    );
  });

  it('5: keep it, tell the headteacher, then the site, in that order wherever they stand together', () => {
    const order = [
      /^Take a screen grab/,
      /^(Tell the headteacher|If it names staff)/,
      /^Use the site's own/,
      /^Do not reply/,
    ];
    const said = [...index.policy.situations.values()].filter(({ next }) => next.some((step) => order[0]?.test(step)));
    expect(said.length).toBeGreaterThan(15);
    for (const { id, next } of said) {
      const places = next.map((step) => order.findIndex((one) => one.test(step))).filter((place) => place >= 0);
      const telling = id === 'report-to-site' ? [0, 2, 1] : [...places].sort();
      expect([id, places]).toEqual([id, telling]);
    }
  });

  it('5: before a screen grab it asks whether a child could be seen, and stops there', () => {
    const { clarify } = choose('take-screenshot');
    expect(clarify?.ask).toMatch(/naked or partly naked child/);
    expect(clarify?.choices.map(({ id }) => choose(id).kind)).toEqual(['ruling', 'emergency']);
  });

  it('6: naming is what makes a complaint reportable, and free speech stands beside it', async () => {
    expect(
      (await ask('a parent has complained on facebook and named the teacher')).citations
        .slice(0, 2)
        .map(({ rule }) => rule),
    ).toContain('9.2.b');
    expect(choose('fair-opinion')).toMatchObject({ verdict: 'information', citations: [{ rule: '9.2.a' }, {}] });
  });

  it('6: a complaint is not abuse by itself, and asks whether anyone is named', () => {
    expect(rules(choose('parent-names-staff'))).toContain('9.2.a');
    expect(rules(choose('parent-unnamed-criticism'))).toContain('9.2.a');
    expect(choose('public-not-procedure').clarify?.choices.map(({ id }) => choose(id).verdict)).toEqual([
      'report',
      'report',
      'information',
    ]);
    expect(choose('review-of-school').next.join(' ')).toMatch(/^If it names someone or is inappropriate/);
  });

  it('7: the police are something that the headteacher may turn to', () => {
    const answer = choose('police-decide');
    expect(answer.headline).toContain('may include');
    expect(answer.headline).toContain('in danger anyone calls 999');
  });

  it('8: the steps for online safety concerns are in a document that is not held', () => {
    const answer = choose('online-safety-report');
    expect(answer.headline).toContain('does not hold');
    expect(answer.guidance.map(({ id }) => id)).toEqual(['safeguarding-lead']);
  });

  it.each([
    ['a pupil has sent me a friend request on instagram, can i accept?', 'prohibited'],
    ['a mum of a child in my class wants to be friends on facebook', 'prohibited'],
    ['my own son is a pupil here, can I be friends with him on snapchat?', 'allowed'],
    ["my daughter's friends from her class want to add me on snapchat", 'prohibited'],
  ])('9: befriending, and how far the exception goes: %s', async (question, verdict) => {
    const answer = await ask(question);
    expect([answer.verdict, answer.citations[0]?.rule]).toEqual([verdict, '5.v.1']);
    expect(answer.exceptions).toContainEqual({
      rule: '5.v.1',
      quote: 'unless you are the parent of the pupil or a close family member',
    });
  });

  it('9: an old friendship and a colleague who is a parent are not decided, and a friend is not in the exception', () => {
    expect(choose('parent-old-friend')).toMatchObject({
      kind: 'not-covered',
      headline: expect.stringContaining('A friend is not in its exception') as unknown,
    });
    expect(choose('colleague-parent').kind).toBe('not-covered');
    expect(choose('leaver-family').verdict).toBe('ask-headteacher');
  });

  it('9: all of a family is meant; a niece is family of that pupil, and who else counts as close is not decided', async () => {
    const gran = await ask(
      'the grandmother of a boy I teach would like to be friends with me on facebook, may I say yes?',
    );
    expect([gran.verdict, gran.citations[0]?.rule]).toEqual(['prohibited', '5.v.1']);
    expect(choose('close-family-pupil')).toMatchObject({
      verdict: 'allowed',
      headline: expect.stringContaining('does not say who counts as close family') as unknown,
    });
    expect(choose('distant-family-pupil').verdict).toBe('ask-headteacher');
    const offered = choose('pupil-request').clarify?.choices.map(({ id }) => choose(id).verdict);
    expect(offered).toEqual(['prohibited', 'ask-headteacher', 'allowed', 'ask-headteacher']);
  });

  it('10: a recent leaver means the headteacher first, also when they wrote', async () => {
    const answer = await ask('a pupil who left last summer has messaged me on instagram, can I reply?');
    expect(rules(answer).slice(0, 2)).toEqual(['5.v.2', '5.v.1']);
    expect(answer.verdict).toBe('ask-headteacher');
  });

  it('11: all former pupils call for care, which is not a ban', async () => {
    const answer = await ask('someone I taught fifteen years ago wants to connect with me on facebook');
    expect([answer.verdict, answer.citations[0]?.rule]).toEqual(['advice', '5.iii.8']);
  });

  it('12: whether a bare request is to be reported is not stated', async () => {
    expect(choose('pupil-request-gone-pending').headline).toContain(
      'does not say whether a bare request has to be reported',
    );
    expect((await ask('a year 6 girl keeps sending me flirty messages on instagram')).verdict).toMatch(
      /report|emergency/,
    );
  });

  it("12: a pupil's request is declined, and reported where the contact is inappropriate", () => {
    const [decline, report] = choose('pupil-request').next;
    expect(decline).toBe('Do not accept the request.');
    expect(report).toMatch(/^Report inappropriate contact .* Whether a bare request counts is not stated/);
    expect(choose('pupil-wrong-contact').clarify?.choices.map(({ id }) => choose(id).kind)).toEqual([
      'ruling',
      'emergency',
      'emergency',
    ]);
  });

  it('13: staff and class groups are a question for the headteacher', async () => {
    const answer = await ask('is it ok to have a staff whatsapp group?');
    expect(answer.kind).toBe('not-covered');
    expect(answer.headline).toContain('Ask the headteacher');
  });

  it("13: a parents' class group too, and what a forum is stays open", () => {
    expect(choose('class-whatsapp')).toMatchObject({
      kind: 'not-covered',
      headline: expect.stringContaining('ask the headteacher') as unknown,
    });
    expect(choose('parent-message-school').headline).toContain('does not say what a forum is');
  });

  it('14: professional groups are encouraged', async () => {
    const answer = await ask('can I join an online group for teachers to share ideas for maths?');
    expect(answer.citations[0]?.rule).toBe('1.2.b');
    expect(answer.verdict).toMatch(/^allowed/);
  });

  it('14: with the reminder that goes with it', () => expect(rules(choose('cpd-join'))).toEqual(['1.2.b', '1.2.c']));

  it.each([
    ['does the policy cover tiktok?', '1.1.b', /very likely/],
    ['is whatsapp classed as social media?', '1.1.c', /^Yes/],
    ['does roblox count as social media?', '1.1.d', /^Yes/],
  ])('15: the list is open, and games count: %s', async (question, rule, says) => {
    const answer = await ask(question);
    expect(answer.citations[0]?.rule).toBe(rule);
    expect(answer.headline).toMatch(says);
  });
  it('15: Teams and e-mail are not asserted', async () => {
    expect((await ask('is microsoft teams or email counted as social media')).kind).toBe('not-covered');
  });
  it('15: Twitter is now X, and review sites are not asserted', () => {
    expect(choose('listed-app').headline).toContain('Twitter is now X');
    expect(choose('review-of-school').headline).toContain('does not mention review sites');
    expect(choose('review-write').headline).toContain('does not mention review sites');
  });

  it('16: it applies at home and to governors; supply teachers are not named', async () => {
    expect(rules(await ask('does this apply to what I do at home on my own phone at the weekend?'))[0]).toBe('2.1.a');
    expect(rules(await ask('I am a governor, does this policy apply to me?'))[0]).toBe('2.1.a');
    expect((await ask('are supply teachers covered by this policy?')).kind).toBe('not-covered');
  });

  it('16: contractors, students on placement and the PTA are not named, nor parents', () => {
    expect(index.policy.situations.get('others-covered')?.brief).toMatch(/contractors, students on placement, the PTA/);
    expect(choose('others-covered').headline).toContain('does not say whether you are included');
    expect(choose('parents-pupils-covered').headline).toContain('does not name parents or pupils');
  });

  it('17: the settings of the school account are for its users', () => {
    expect(index.policy.clauses.get('5.iv.6.b' as never)?.addressee).toBe('users of the school account');
    expect(index.policy.clauses.get('5.iv.6.a' as never)?.addressee).toBe('staff, governors and volunteers');
    expect(choose('school-account-settings').headline).toContain('not for everyone');
  });

  it('18: seeing that the team reads it is for leaders', () => {
    expect(index.policy.clauses.get('2.2.b' as never)?.addressee).toBe('leaders');
  });

  it('18: and for nobody else', () => expect(choose('leaders-duty').headline).toContain('This is for leaders'));

  it('19: Jo Cresswell administers; SBO and headteacher post; whether Jo may post is not stated', () => {
    expect(choose('who-administers').headline).toContain('Jo Cresswell');
    expect(choose('who-posts').headline).toContain('SBO and headteacher');
    expect(choose('admin-posts').headline).toContain('not stated');
  });

  it('19: SBO is not spelt out, and is not the headteacher', () => {
    expect(choose('sbo-meaning').kind).toBe('not-covered');
    expect(choose('who-posts').headline).toContain('side by side');
  });

  it('20: dates are British, and a blank is not recorded as closed', async () => {
    expect((await ask('when was the school instagram opened?')).headline).toContain('6 September 2024');
    expect(choose('channel-closed').headline).toContain('neither is recorded as closed');
  });

  it('20: the fifth of February, and the owner is told what does not fit', () => {
    expect(choose('channel-opened').headline).toContain('5 February 2018');
    expect(index.policy.about.notes.join(' ')).toContain('6/9/24, which is after the July 2024 review');
  });

  it('21 and 22: all conditions together make an account official, and a class account is neither banned nor allowed outright', async () => {
    expect(rules(choose('official-conditions'))).toEqual(['2.3.0', '2.3.1', '2.3.2', '2.3.3', '2.4.c']);
    expect((await ask('can I set up a twitter account for my class?')).verdict).not.toBe('allowed');
    expect(choose('class-account-existing').headline).toContain('not an official school platform unless');
  });

  it('21: the Privacy Notice as well; 22: how one is authorised is a question for the headteacher', () => {
    expect(choose('official-conditions').headline).toContain('also be listed in the Privacy Notice');
    expect(choose('class-account-new').headline).toMatch(/authorisation.*Ask the headteacher first/);
    expect(choose('quasi-liability').headline).toContain('will not accept liability');
  });

  it('23 and 24: consent is needed, in writing, and is not enough', async () => {
    const answer = await ask('parents have agreed, so can I put photos of my class on my own instagram?');
    expect([answer.verdict, answer.citations[0]?.rule]).toEqual(['prohibited', '5.iii.9.a']);
    expect(choose('verbal-consent').headline).toContain('written permission');
  });

  it('23 and 24: a teacher passes it on, and names need permission as images do', () => {
    expect(choose('class-photo-own').next.join(' ')).toContain('Pass it to the SBO or the headteacher');
    expect(choose('name-official').headline).toContain('names of children, as for images');
  });

  it('25: a new channel is for the headteacher and the governors', async () => {
    expect((await ask('could our school start a tiktok account?')).verdict).not.toMatch(/^allowed$/);
    expect(choose('new-school-platform').verdict).toBe('ask-headteacher');
  });

  it('26: acknowledgement alone is not read as enough', () => {
    const answer = choose('others-photo-credit');
    expect(answer.verdict).toBe('prohibited');
    expect(answer.headline).toContain('permission and acknowledgement');
  });

  it('27: lunchtime is an example; break and planning time are not decided', async () => {
    expect((await ask('can I look at facebook in my lunch break?')).verdict).toBe('allowed');
    expect((await ask('can I go on instagram during morning break?')).verdict).not.toBe('allowed');
    expect(choose('break-time').kind).toBe('not-covered');
    expect(choose('ppa').kind).toBe('not-covered');
  });

  it('27: "in the background" is not explained, and the web is meant too', () => {
    expect(choose('background').headline).toContain('does not say what that includes');
    expect(choose('notifications').headline).toContain('Whether a muted phone counts is not said');
    expect(choose('internet-worktime').headline).toContain('Personal use of the Internet');
    expect(choose('during-lesson').clarify?.choices.map(({ id }) => choose(id).verdict)).toEqual([
      'prohibited',
      'allowed',
      'not-covered',
    ]);
  });

  it('28: the other policies are advised, and not held', () => {
    expect(choose('byod-what').headline).toContain('does not hold');
  });

  it('28: nor are the others held', () => expect(choose('other-policy-content').kind).toBe('not-covered'));

  it('29 and 30: the school may check; a breach could lead to disciplinary action', async () => {
    expect((await ask('can the school look at my social media?')).headline).toContain('may check');
    expect((await ask('could I be sacked for breaking the social media policy?')).headline).toContain(
      'could lead to disciplinary action',
    );
  });

  it("29: applicants are not spoken of; 30: a mistake of one's own is met kindly", () => {
    expect(choose('applicants-search').kind).toBe('not-covered');
    const { headline, next } = choose('own-mistake');
    expect(`${headline} ${next.join(' ')}`).toContain('You can tell the headteacher yourself');
    expect(headline).not.toMatch(/disciplin|breach/);
  });

  it('31: nothing is called libel', () => {
    expect(choose('libel').headline).toContain('may seek legal advice');
    expect(choose('sue-myself').verdict).toBe('prohibited');
  });

  it('32: rules about posting do not stop a protected disclosure', () => {
    expect(choose('whistleblow').guidance.map(({ id }) => id)).toContain('protected');
  });

  it('33: nobody comments on an incident from their own account, however kindly', async () => {
    const answer = await ask('there has been an accident at school, can I post a message of support on my facebook?');
    expect([answer.verdict, answer.citations[0]?.rule]).toEqual(['prohibited', '5.iii.7']);
  });

  it('34: politics calls for care and is not banned', async () => {
    const answer = await ask('can I post about the election on my own facebook?');
    expect(answer.verdict).toBe('advice');
    expect(answer.citations[0]?.rule).toBe('5.iii.4');
    expect(answer.citations.length).toBeGreaterThan(1);
  });

  it("35 and 36: help with data protection is the headteacher's; HR is PHRP as printed", () => {
    expect(choose('data-protection-help').headline).toContain('headteacher');
    expect(choose('hr-help').citations[1]?.display).toContain('phrp.pltd.com');
  });

  it('37: L. McIntosh is the reviewer and nothing more', () => {
    expect(choose('who-reviewed').headline).toContain('does not say what their role is');
    expect(choose('who-is-head')).toMatchObject({ kind: 'not-covered', guidance: [{ id: 'contacts' }] });
  });

  it('38: every answer says that the review is overdue', async () => {
    expect((await ask('can I look at facebook at lunch?')).policy).toMatchObject({
      version: '1',
      lastReview: 'July 2024',
      nextReview: 'November 2025',
      overdue: true,
    });
  });

  it('39: the paragraphs of the guidance are those of an earlier edition', () => {
    expect(choose('kcsie').headline).toContain('earlier edition');
    expect(choose('kcsie').headline).toContain('sections 7 and 10 give different addresses');
  });

  it('40: a concern about the headteacher does not go to the headteacher', async () => {
    const answer = await ask('the headteacher has posted something awful on her own facebook, who do I tell?');
    expect(answer.kind).toBe('not-covered');
    expect(answer.guidance.flatMap(({ contacts }) => contacts)).toContain('chair of governors');
    expect(answer.next.join(' ')).not.toContain('Tell the headteacher');
  });

  it('40: a worry about "someone" asks first whether it is the headteacher', () => {
    for (const id of ['who-to-tell', 'colleague-conduct', 'colleague-rude-post', 'colleague-posted-about-me']) {
      const offered = choose(id).clarify?.choices.map((choice) => choice.id);
      expect([id, offered]).toEqual([id, expect.arrayContaining(['concern-about-head'])]);
    }
    expect(choose('concern-about-head').next).toEqual([]);
  });

  it('41: staff are not told to point parents to the complaints procedure', () => {
    expect(choose('point-to-complaints')).toMatchObject({
      verdict: 'prohibited',
      citations: [{ rule: '8.3.c' }, {}, {}],
    });
  });

  it('42: "if in doubt" answers what to post, not whom to befriend', async () => {
    expect(rules(await ask('a pupil has added me on snapchat and I am not sure what to do'))[0]).toBe('5.v.1');
  });

  it.each([
    "can I like a parent's post on facebook?",
    'am I allowed a dating profile?',
    'can I use my own phone to take pictures of the class?',
    'can I block a parent on facebook?',
    'will my report be anonymous?',
    'how long is recently, for a pupil who has recently left?',
    'can we live stream the nativity?',
    'can I use an AI picture generator for a school post?',
    "is it fine to follow the page of a pupil's dad who has a band?",
    'someone has tagged me in a nice photo from a wedding, is that a problem?',
    'my instagram is open to everyone and a child from school now follows it, what do I do?',
    'is linkedin with a parent of a pupil allowed?',
    'the parents of my class have a whatsapp group and want me in it, ok?',
    'I was friends with her on facebook years before her son came to this school, must I remove her?',
    'I put something silly online last night and I regret it, what now?',
    'may I join in on the village facebook page about the bake sale?',
    'someone gave the school one star on google, what does the policy say?',
    'how fast does the school have to answer messages to its facebook page?',
    'who gets to read it when I make a report?',
    'for how long are reports kept?',
    'I feel awful after all the abuse online, what support does the school give me?',
    'do agency and supply staff or contractors have to follow these rules?',
    'can I appeal if I am disciplined?',
    'who counts as close family?',
    'what do they mean by forums?',
    'what does in the background mean?',
  ])('silent: "%s" is not covered', async (question) => {
    const answer = await ask(question);
    expect([question, answer.kind]).toEqual([question, 'not-covered']);
  });
});

import { readConcerns } from '../../src/flows/guideReport.ts';
import { CHAIR, HEAD, LEAD, OTHER_TEACHER, TRIAGER } from '../builders/values.ts';

const roles = { headteachers: [HEAD], safeguarding: [LEAD], chairs: [CHAIR], triagers: [TRIAGER] };

describe('the codes of the card that asks whom a report concerns', () => {
  it('take a handler who has become headteacher for the headteacher', () => {
    expect(readConcerns(`pupil,handler:${HEAD}`, roles)).toEqual([{ kind: 'pupil' }, { kind: 'headteacher' }]);
  });

  it('are asked for again, and nobody is left out in silence, where one who was ticked handles reports no more', () => {
    expect(readConcerns(`pupil,handler:${OTHER_TEACHER}`, roles)).toBeNull();
    expect(readConcerns(`pupil,handler:${TRIAGER}`, roles)).toEqual([
      { kind: 'pupil' },
      { kind: 'handler', staffId: TRIAGER },
    ]);
  });

  it('leave out what is no code at all', () => {
    expect(readConcerns('pupil,,__proto__', roles)).toEqual([{ kind: 'pupil' }]);
    expect(readConcerns('', roles)).toBeNull();
  });
});

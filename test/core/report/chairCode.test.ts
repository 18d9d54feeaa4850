import fc from 'fast-check';
import { REFERENCE_LETTERS } from '../../../src/core/ids.ts';
import { hashChairCode, isChairCode, readChairCode, toChairCode } from '../../../src/core/report/chairCode.ts';

const CODE = '2346-79AC-DEFG-HJKM';

describe('the code for a chair', () => {
  it('is sixteen letters and digits in fours, none of which is taken for another', () => {
    const parts = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
      minLength: 16,
      maxLength: 16,
    });
    fc.assert(
      fc.property(parts, (random) => {
        const code = toChairCode(random);
        expect(code).toMatch(new RegExp(`^[${REFERENCE_LETTERS}]{4}(-[${REFERENCE_LETTERS}]{4}){3}$`));
        expect(readChairCode(code)).toBe(code);
      }),
    );
  });

  it.each([CODE, CODE.toLowerCase(), '234679ACDEFGHJKM', ' 2346 79ac defg hjkm\n', '2346.79AC.DEFG.HJKM'])(
    'is read from "%s"',
    (typed) => {
      expect(readChairCode(typed)).toBe(CODE);
    },
  );

  it.each(['', '2346-79AC-DEFG-HJK', '2346-79AC-DEFG-HJKMM', '0346-79AC-DEFG-HJKM', 'x'.repeat(1000), null, 7, {}])(
    'is not read from %p',
    (typed) => {
      expect(readChairCode(typed)).toBeNull();
    },
  );

  it('is proved by its hash, which holds no part of it, and by no other code', async () => {
    const hash = await hashChairCode(CODE, 'salt-1');
    expect(await isChairCode(CODE, hash)).toBe(true);
    expect(await isChairCode('2346-79AC-DEFG-HJKN', hash)).toBe(false);
    expect(JSON.stringify(hash)).not.toContain('2346');
    expect((await hashChairCode(CODE, 'salt-2')).hash).not.toBe(hash.hash);
    expect(await isChairCode(CODE, { salt: 'salt-1', hash: '' })).toBe(false);
  });
});

import { createInHand } from '../../src/web/inHand.ts';

describe('pictures in hand', () => {
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const taker = (most: number) => {
    const hand = createInHand(most);
    const taken: string[] = [];
    const back = new Map<string, () => void>();
    return {
      taken,
      take: (name: string, bytes: number) =>
        void hand.room(bytes).then((giveBack) => {
          taken.push(name);
          back.set(name, giveBack);
        }),
      giveBack: (name: string) => back.get(name)?.(),
    };
  };

  it('are as many as there is room for; the rest come in turn, and none overtakes', async () => {
    const { taken, take, giveBack } = taker(10);
    take('a', 6);
    take('b', 6);
    take('small', 1);
    await settled();
    expect(taken).toEqual(['a']);
    giveBack('a');
    await settled();
    expect(taken).toEqual(['a', 'b', 'small']);
    take('c', 4);
    await settled();
    expect(taken).not.toContain('c');
    giveBack('small');
    await settled();
    expect(taken).toContain('c');
  });

  it('may be one alone that is larger than all the room', async () => {
    const { taken, take, giveBack } = taker(10);
    take('large', 500);
    take('next', 1);
    await settled();
    expect(taken).toEqual(['large']);
    giveBack('large');
    await settled();
    expect(taken).toEqual(['large', 'next']);
  });
});

/**
 * How many bytes of pictures are in hand at one time, whoever sends them. What there is no room for waits unread with its
 * sender, in the order in which it came: a staffroom that uploads at once must not fill the memory.
 */
export type InHand = {
  /** @returns what gives the room back; called once */
  room(bytes: number): Promise<() => void>;
};

export function createInHand(most: number): InHand {
  let free = most;
  const waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  const next = () => {
    for (let first = waiting[0]; first !== undefined && first.bytes <= free; first = waiting[0]) {
      waiting.shift();
      free -= first.bytes;
      first.go();
    }
  };
  return {
    room: (wanted) =>
      new Promise((resolve) => {
        const bytes = Math.min(wanted, most);
        const giveBack = () => {
          free += bytes;
          next();
        };
        waiting.push({ bytes, go: () => resolve(giveBack) });
        next();
      }),
  };
}

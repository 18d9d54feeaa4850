/**
 * Ends this process when the one that started it goes, in whatever way: their IPC channel closes even at kill -9. Started
 * without a parent's channel, it does nothing.
 *
 * @param leave  how to go; by default at once. The bot keeps nothing in memory that is not stored, so at once is right.
 */
export function endWithParent(leave: () => void = () => process.exit(0)): void {
  if (process.connected === undefined) return;
  if (!process.connected) return leave();
  process.once('disconnect', leave);
  // The listener alone would keep this process up for ever.
  process.channel?.unref();
}

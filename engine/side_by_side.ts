/**
 * Does a piece of work for each of several things, some at a time. They begin in their order.
 *
 * @param things what there is work for
 * @param most how many are worked on at a time, 1 or more
 * @param work does one's; nothing of it is kept
 * @throws the first that a piece of work throws, without waiting for the others: no further begins
 */
export async function sideBySide<Thing>(
  things: readonly Thing[],
  most: number,
  work: (thing: Thing, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const workOn = async () => {
    while (next < things.length) {
      const index = next++;
      await work(things[index]!, index);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(most, things.length) }, workOn));
  } catch (error) {
    next = things.length;
    throw error;
  }
}

// Time constant of the masses in seconds; that of chains and forces is a third of it, 10, so that
// their factors are the third powers of those of the masses (spec/engine.md, "What a grid shows").
const TAU_MASS = 30;

const EPOCH_NS = 60e9;

/**
 * How much a grid shows of buckets that were not touched for a while: exp(-age / tau).
 *
 * Age is the time since an epoch, which is the same for all buckets, less the touch's time since it,
 * which stays the same until the next touch. So a bucket costs an exp once, and then a product a
 * grid. The epoch is the whole minute before the grid: near enough that no factor overflows, and
 * the same whichever grids came before.
 */
export class Fade {
  /** By slot, exp((last touch - epoch) / tau) for chains and forces; 0 while not worked out. */
  readonly shown: Float64Array;
  /** The same for masses. */
  readonly mass: Float64Array;
  /** exp((epoch - ts) / tau) of the grid, for chains and forces, then for masses. */
  readonly now = new Float64Array(2);
  #epoch = NaN;

  /** @param slots how many buckets there are */
  constructor(slots: number) {
    this.shown = new Float64Array(slots);
    this.mass = new Float64Array(slots);
  }

  /**
   * Turns to the time of a grid.
   *
   * @param ts nanoseconds
   */
  turnTo(ts: number): void {
    const epoch = Math.floor(ts / EPOCH_NS) * EPOCH_NS;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.shown.fill(0);
    }
    const since = (ts - epoch) / 1e9;
    const mass = Math.exp(-since / TAU_MASS);
    this.now[0] = mass * mass * mass;
    this.now[1] = mass;
  }

  /** Says that a bucket was touched. */
  touched(slot: number): void {
    this.shown[slot] = 0;
  }

  /**
   * Works out what `shown` and `mass` hold of a bucket.
   *
   * @param slot the bucket
   * @param lastTs its last touch, nanoseconds
   */
  learn(slot: number, lastTs: number): void {
    const since = (lastTs - this.#epoch) / 1e9;
    const mass = Math.exp(since / TAU_MASS);
    this.shown[slot] = mass * mass * mass;
    this.mass[slot] = mass;
  }
}

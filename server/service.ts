import { DefaultSessionFinder } from "./default_session.ts";
import { Metrics } from "./metrics.ts";
import { Analyses } from "./regime/analyses.ts";
import { type FeedNews, Feeds } from "./live/feed.ts";
import { Days } from "./session/days.ts";
import { Outlines } from "./session/outlines.ts";
import type { ServerSettings } from "./settings.ts";
import { Streams } from "./stream/streams.ts";

/**
 * All that one server has: another in the same process shares none of it. What they do share is the
 * process's: the log, file descriptors, turns of the event loop, and what files were found to hold.
 */
export class Service {
  readonly metrics: Metrics = new Metrics();
  readonly defaultSession: DefaultSessionFinder;
  readonly feeds: Feeds = new Feeds();
  readonly outlines: Outlines = new Outlines();
  readonly days: Days;
  readonly streams: Streams;
  readonly analyses: Analyses;

  /** @param settings what it serves, and how */
  constructor(readonly settings: ServerSettings) {
    this.days = new Days(settings);
    this.defaultSession = new DefaultSessionFinder(settings);
    this.streams = new Streams(settings, this.metrics, this.feeds);
    this.analyses = new Analyses(settings, this.metrics, () => this.streams.runs === 0);
  }

  /** What the feed does that is followed; null when none is, or nothing of it was recorded yet. */
  async feedNews(): Promise<FeedNews | null> {
    if (!this.settings.live) return null;
    const session = await this.defaultSession.find();
    return session.source === null ? null : await this.feeds.of(session.path).look();
  }

  /** Ends analyses and streams; resolves when clients have let go, or have had the time to. */
  async stop(): Promise<void> {
    await Promise.all([this.analyses.closeAll(), this.streams.closeAll()]);
  }
}

/** What the middlewares and routes of a request share. */
export interface State {
  service: Service;
}

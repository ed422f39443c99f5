import type { Context } from "fresh";
import { readiness } from "../server/readiness.ts";
import type { State } from "../server/service.ts";

/**
 * 200 when a stream opened now would be served, 503 with the reason when not; of a feed that is followed
 * also what it does.
 */
export const handler = {
  async GET({ state: { service } }: Context<State>): Promise<Response> {
    const { problem } = readiness(service, await service.defaultSession.find());
    const news = await service.feedNews();
    const answer = {
      ...(problem === null ? { ready: true } : { ready: false, problem }),
      ...(news && { feed: { state: news.state, message: news.message } }),
    };
    return Response.json(answer, {
      status: problem === null ? 200 : 503,
      headers: { "cache-control": "no-store" },
    });
  },
};

import { defaultSession } from "../server/default_session.ts";
import { readiness } from "../server/readiness.ts";

/** 200 when a stream opened now would be served, 503 with the reason when not. */
export const handler = {
  async GET(): Promise<Response> {
    const { problem } = readiness(await defaultSession());
    return Response.json(problem === null ? { ready: true } : { ready: false, problem }, {
      status: problem === null ? 200 : 503,
      headers: { "cache-control": "no-store" },
    });
  },
};

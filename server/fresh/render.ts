import { type ComponentType, type FunctionComponent, h, type JSX } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Context } from "./context.ts";

/**
 * Properties of a page, of `_error.tsx` and of `_app.tsx`.
 *
 * @typeParam Data What a handler gives its page: nothing here
 * @typeParam State What middlewares share
 */
export type PageProps<Data = unknown, State = unknown> =
  & Pick<Context<State>, "req" | "url" | "params" | "state" | "error">
  & {
    data: Data;
    /** In `_app.tsx`: the page itself. */
    Component: FunctionComponent;
  };

/** A component that stands for a whole page, or wraps one. */
export type PageComponent = ComponentType<PageProps>;

/**
 * Renders a page inside the application's shell.
 *
 * @param page the page
 * @param shell `_app.tsx`: the document around every page; null renders the page alone
 * @param ctx the request's context
 * @param script URL of the client script, linked when the page holds an island
 * @param status HTTP status code
 * @returns the document
 */
export function renderPage(
  page: PageComponent,
  shell: PageComponent | null,
  ctx: Context<unknown>,
  script: string,
  status = 200,
): Response {
  const { req, url, params, state, error } = ctx;
  const props = { req, url, params, state, error, data: null };
  const child: JSX.Element = h(page, { ...props, Component: () => null });
  const document: JSX.Element = shell ? h(shell, { ...props, Component: () => child }) : child;
  const html = renderToString(document);
  return new Response(`<!DOCTYPE html>${withClientScript(html, script)}`, {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
  });
}

function withClientScript(html: string, script: string): string {
  if (!html.includes("<fresh-island ")) return html;
  const head = `<link rel="stylesheet" href="/fresh_island.css"/>` +
    `<script type="module" src="${script}"></script></head>`;
  return html.replace("</head>", () => head);
}

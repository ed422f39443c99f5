import { HttpError, type PageProps } from "fresh";

/** What the browser shows for a page that is not there or that failed. */
export default function ErrorPage({ error, url }: PageProps) {
  const status = error instanceof HttpError ? error.status : 500;
  const said = status === 404
    ? `There is nothing at ${url.pathname}.`
    : status < 500
    ? `${url.pathname} cannot be asked for in this way.`
    : "The server failed to make this page. Its log says why.";
  return (
    <main class="error-page">
      <h1>{status}</h1>
      <p>{said}</p>
      <p>
        <a href="/vacuum-pressure">Go to the page</a>
      </p>
    </main>
  );
}

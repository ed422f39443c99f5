import type { PageProps } from "fresh";

/** The document around every page. */
export default function AppShell({ Component }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="Pressure and vacuum in the order book, as it moves." />
        <title>Spymaster</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/vacuum_pressure.css" />
      </head>
      <body>
        <Component />
      </body>
    </html>
  );
}

/** The element of the page with a file that it opens by itself, as base64 of gzip. */
export const OPENED_ELEMENT = 'opened-file';

/** The name of the `meta` element that names the stream of a live run. */
export const STREAM_META = 'nixfleet-stream';

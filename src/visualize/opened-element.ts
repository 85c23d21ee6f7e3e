/** The element of the page in which a file travels that it is to open by itself: gzip, written as base64. */
export const OPENED_ELEMENT = 'opened-file';

/** The name of the `meta` element that names the stream of a live run. */
export const STREAM_META = 'nixfleet-stream';

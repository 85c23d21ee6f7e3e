/** The element of the page in which a file travels that it is to open by itself: gzip, written as base64. */
export const OPENED_ELEMENT = 'opened-file';

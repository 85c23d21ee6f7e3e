/** The base class of elements. A server, which may load the module but defines nothing, has no `HTMLElement`. */
export const BaseElement: typeof HTMLElement =
  // Safe: never instantiated there, so it needs no members.
  // oxlint-disable-next-line typescript/no-extraneous-class
  typeof HTMLElement === 'undefined' ? (class {} as unknown as typeof HTMLElement) : HTMLElement;

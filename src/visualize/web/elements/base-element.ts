/** What an element extends. On a server, where the module can be loaded and defines nothing, there is no such class. */
export const BaseElement: typeof HTMLElement =
  // Never instantiated there, so it needs no members of an element.
  // oxlint-disable-next-line typescript/no-extraneous-class
  typeof HTMLElement === 'undefined' ? (class {} as unknown as typeof HTMLElement) : HTMLElement;

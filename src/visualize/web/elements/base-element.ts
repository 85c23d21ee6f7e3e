/** What an element extends. On a server, where the module can be loaded and defines nothing, there is no such class. */
export const BaseElement: typeof HTMLElement =
  // Never made there, so it need not have anything of an element.
  typeof HTMLElement === 'undefined' ? (class {} as unknown as typeof HTMLElement) : HTMLElement;

/** Names the tab of the browser after what it shows. */
export function setTitle(what: string): void {
  document.title = what ? `${what} · Turnpike` : 'Turnpike'
}

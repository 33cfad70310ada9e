// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest'
import type { Project } from '../api/types'
import { dialog, draw, field, press, settle, type } from '../testing/draw'
import { refusal, serve } from '../testing/server'
import { ProjectView } from './ProjectView'

const project: Project = { id: 'proj_1', name: 'Boats' }
const view = (kept = project) => <ProjectView project={kept} all={[kept]} onBelow={() => undefined} />

beforeEach(() => sessionStorage.clear())

test('A project is deleted when that was asked and said, not at one press', async () => {
  const asked = serve({ 'DELETE /api/projects/proj_1': () => new Response(null, { status: 204 }) })
  draw(view())
  await settle()
  press('Delete')
  await settle()
  expect(dialog()?.textContent).toContain('gone for good')
  press('Keep it')
  await settle()
  expect(asked.some(({ method }) => method === 'DELETE')).toBe(false)
  press('Delete')
  press('Delete')
  await settle()
  expect(asked.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
})

test('What was written in a project and not saved comes back, and is gone when it was taken back', async () => {
  serve({})
  const { box, unmount } = draw(view())
  type(field(box, 'Name'), ' of Oslo')
  unmount()
  const again = draw(view())
  expect(field(again.box, 'Name').value).toBe('Boats of Oslo')
  press('Take my changes back')
  press('Keep what I wrote')
  expect(field(again.box, 'Name').value).toBe('Boats of Oslo')
  press('Take my changes back')
  press('Take them back')
  expect(field(again.box, 'Name').value).toBe('Boats')
  again.again(view({ ...project, name: 'Ships' }))
  expect(field(again.box, 'Name').value).toBe('Ships')
  expect(sessionStorage.length).toBe(0)
})

test('What somebody else saves takes nothing from under the hands of who writes', () => {
  serve({})
  const { box, again } = draw(view())
  const variables = field<HTMLTextAreaElement>(box, 'Variables')
  type(variables, 'city')
  again(view({ ...project, variables: { land: 'Norway' } }))
  expect(field<HTMLTextAreaElement>(box, 'Variables')).toBe(variables)
  expect(variables.value).toBe('city')
})

test('What somebody else saved is saved over only when that is said', async () => {
  let now = { ...project, revision: 1 }
  const asked = serve({ 'PUT /api/projects/proj_1': ({ headers, body }) => (headers['If-Match'] === `"${String(now.revision)}"` ? (now = { ...now, ...(body as object), revision: now.revision + 1 }) : refusal(412, 'version_conflict', 'Somebody was faster.')) })
  const puts = () => asked.filter(({ method }) => method === 'PUT')
  const { box, again } = draw(view(now))
  type(field(box, 'Name'), ' of Oslo')
  now = { ...project, name: 'Ships', revision: 2 }
  press('Save')
  await settle()
  expect(now.name).toBe('Ships')
  again(view(now))
  expect(field(box, 'Name').value).toBe('Boats of Oslo')
  expect(box.textContent).toContain('Somebody saved this project meanwhile')
  press('Keep mine')
  expect(box.textContent).not.toContain('meanwhile')
  press('Save')
  await settle()
  expect(puts().map(({ headers }) => headers['If-Match'])).toEqual(['"1"', '"2"'])
  expect(puts()[1]?.body).toEqual({ name: 'Boats of Oslo' })
  expect(now.name).toBe('Boats of Oslo')

  again(view(now))
  type(field(box, 'Name'), ' and Bergen')
  again(view({ ...now, name: 'Rafts', revision: 4 }))
  press('Take theirs')
  expect(field(box, 'Name').value).toBe('Rafts')
})

/** A server that answers a save when it is told to. */
function slow() {
  let now = { ...project, revision: 1 }
  let answer!: () => void
  const asked = serve({
    'PUT /api/projects/proj_1': ({ headers, body }) =>
      headers['If-Match'] === `"${String(now.revision)}"` ? (now = { ...(body as Project), id: now.id, revision: now.revision + 1 }) : refusal(412, 'version_conflict', 'Somebody was faster.'),
  })
  const { fetch } = globalThis
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    const given = await fetch(path, init)
    if (init?.method === 'PUT') await new Promise<void>((go) => (answer = go))
    return given
  })
  return { now: () => now, puts: () => asked.filter(({ method }) => method === 'PUT'), answer: () => answer() }
}

test('What is typed while a save is under way stays, and is saved over it', async () => {
  const server = slow()
  const { box, again } = draw(view(server.now()))
  type(field(box, 'Name'), ' of Oslo')
  press('Save')
  await settle()
  type(field(box, 'Name'), ' and Bergen')
  server.answer()
  await settle()
  again(view(server.now()))
  await settle()
  expect(field(box, 'Name').value).toBe('Boats of Oslo and Bergen')
  expect(box.textContent).not.toContain('meanwhile')
  press('Save')
  await settle()
  server.answer()
  await settle()
  again(view(server.now()))
  expect(server.puts().map(({ body, headers }) => [(body as Project).name, headers['If-Match']])).toEqual([['Boats of Oslo', '"1"'], ['Boats of Oslo and Bergen', '"2"']])
  expect(server.now().name).toBe('Boats of Oslo and Bergen')
  expect([box.textContent?.includes('changed'), sessionStorage.length]).toEqual([false, 0])
})

test.each(['before', 'after'])('Who goes elsewhere while a save is under way and is back %s its end finds it saved, by themselves', async (when) => {
  const server = slow()
  const { box, unmount } = draw(view(server.now()))
  type(field(box, 'Name'), ' of Oslo')
  press('Save')
  await settle()
  unmount()
  const back = () => draw(view({ ...project, revision: 1 }))
  const early = when === 'before' ? back() : null
  server.answer()
  await settle()
  const now = early ?? back()
  now.again(view(server.now()))
  expect(field(now.box, 'Name').value).toBe('Boats of Oslo')
  expect(now.box.textContent).not.toContain('meanwhile')
  expect(sessionStorage.length).toBe(0)
  type(field(now.box, 'Name'), '!')
  expect(now.box.textContent).not.toContain('meanwhile')
})

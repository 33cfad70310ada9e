// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
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

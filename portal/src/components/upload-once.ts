/** Upload one file that is used at once, and wait for its verdict. Long lists of files have `AppUploads`. */
import { answer, api, type Schemas } from '@/api/client'

const LOOK_MS = 700
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** The file with its verdict; refused ones are thrown as the Problem that the server answered. */
export async function uploadOnce(file: File, purpose: string): Promise<Schemas['FileFacts']> {
  let facts = await answer(
    api.POST('/files', {
      body: { file: '', purpose },
      bodySerializer: () => {
        const form = new FormData()
        form.append('purpose', purpose)
        form.append('file', file)
        return form
      },
    }),
  )
  while (facts.verdict === 'uploading' || facts.verdict === 'checking') {
    await pause(LOOK_MS)
    facts = await answer(api.GET('/files/{file_id}', { params: { path: { file_id: facts.file_id } } }))
  }
  return facts
}

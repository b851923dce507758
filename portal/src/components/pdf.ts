/**
 * PDF pages drawn to a canvas, with their text above it. The worker, character maps and fonts come from our own server,
 * and nothing is evaluated or compiled in the page, so that the strict policy holds (ADR 9).
 */
import {
  getDocument,
  PDFWorker,
  RenderingCancelledException,
  TextLayer,
  type PDFDocumentProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs'
import Worker from 'pdfjs-dist/legacy/build/pdf.worker.mjs?worker'
import jpxDecoder from 'pdfjs-dist/wasm/openjpeg_nowasm_fallback.js?url'

const CMAPS = import.meta.glob<string>('/node_modules/pdfjs-dist/cmaps/*.bcmap', {
  query: '?url',
  import: 'default',
  eager: true,
})
const FONTS = import.meta.glob<string>('/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}', {
  query: '?url',
  import: 'default',
  eager: true,
})

async function bytes(address: string | undefined): Promise<Uint8Array> {
  if (!address) throw new Error('unknown resource')
  const response = await fetch(address)
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** Without these, pages whose Chinese fonts are not embedded stay empty. */
class OwnCMaps {
  async fetch({ name }: { name: string }) {
    return {
      cMapData: await bytes(CMAPS[`/node_modules/pdfjs-dist/cmaps/${name}.bcmap`]),
      isCompressed: true,
    }
  }
}

class OwnFonts {
  fetch({ filename }: { filename: string }) {
    return bytes(FONTS[`/node_modules/pdfjs-dist/standard_fonts/${filename}`])
  }
}

export interface PageSize {
  width: number
  height: number
}

/** An opened PDF; `close` frees what it holds. */
export interface Pdf {
  pages: number
  /** Size of a page (from 1) at scale 1, not turned. */
  sizeOf: (page: number) => Promise<PageSize>
  /** Draw a page; a later drawing on the same canvas ends an earlier one. */
  draw: (page: number, canvas: HTMLCanvasElement, text: HTMLElement, how: Drawing) => Promise<void>
  close: () => void
}

export interface Drawing {
  scale: number
  /** Degrees clockwise: 0, 90, 180, 270. */
  turn: number
}

/** More pixels than this make old machines slow; the page is then drawn coarser and stretched. */
const MOST_PIXELS = 12_000_000

let worker: PDFWorker | undefined

/** Open a PDF. Throws what pdf.js throws for a file that is broken or locked by a password. */
export async function openPdf(data: ArrayBuffer): Promise<Pdf> {
  worker ??= new PDFWorker({ port: new Worker() as unknown as null })
  const document: PDFDocumentProxy = await getDocument({
    data,
    worker,
    CMapReaderFactory: OwnCMaps,
    StandardFontDataFactory: OwnFonts,
    cMapPacked: true,
    useWorkerFetch: false,
    useWasm: false,
    // Behind the mark stands the name that pdf.js appends.
    wasmUrl: `${new URL(jpxDecoder, window.location.href).href}#/`,
    isEvalSupported: false,
    enableXfa: false,
  }).promise
  const running = new WeakMap<HTMLCanvasElement, { cancel: () => void }>()

  return {
    pages: document.numPages,
    async sizeOf(number) {
      const { width, height } = (await document.getPage(number)).getViewport({ scale: 1 })
      return { width, height }
    },
    async draw(number, canvas, text, { scale, turn }) {
      const page = await document.getPage(number)
      const rotation = (page.rotate + turn) % 360
      const viewport = page.getViewport({ scale, rotation })
      const fine = Math.min(
        window.devicePixelRatio || 1,
        Math.sqrt(MOST_PIXELS / (viewport.width * viewport.height)),
      )
      running.get(canvas)?.cancel()
      // Drawn aside first: the old picture stays until the new one is whole.
      const fresh = canvas.ownerDocument.createElement('canvas')
      fresh.width = Math.floor(viewport.width * fine)
      fresh.height = Math.floor(viewport.height * fine)
      const task = page.render({
        canvas: fresh,
        viewport,
        ...(fine === 1 ? {} : { transform: [fine, 0, 0, fine, 0, 0] }),
      })
      running.set(canvas, task)
      try {
        await task.promise
      } catch (error) {
        if (error instanceof RenderingCancelledException) return
        throw error
      }
      canvas.width = fresh.width
      canvas.height = fresh.height
      canvas.getContext('2d')!.drawImage(fresh, 0, 0)
      text.replaceChildren()
      text.style.setProperty('--total-scale-factor', String(scale))
      const layer = new TextLayer({
        textContentSource: await page.getTextContent(),
        container: text,
        viewport,
      })
      await layer.render()
    },
    close: () => void document.loadingTask.destroy(),
  }
}

/** Searches whose every row is wanted, for choices that must not end at the first page. */

const SIZE = 100

export async function allPages<Row>(
  ask: (page: { page: number; size: number }) => Promise<{ items: Row[]; total: number }>,
): Promise<Row[]> {
  const rows: Row[] = []
  for (let page = 1; ; page += 1) {
    const { items, total } = await ask({ page, size: SIZE })
    rows.push(...items)
    if (!items.length || rows.length >= total) return rows
  }
}

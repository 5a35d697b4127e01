import type { CaseAsked, CaseAsset, CaseRead, OpenedCase, PreparedCase } from './reading-types.ts';

/** A file that the gate or the storage did not give. */
class AssetUnavailable extends Error {
  readonly data: { code: string; reason: string; details: [] };
  constructor(status: number) {
    super(
      status === 403 || status === 401
        ? 'An image of this case may not be opened at the moment.'
        : 'An image of this case could not be loaded.',
    );
    const isRefused = status >= 400 && status < 500 && status !== 401;
    this.data = {
      code: status === 401 ? 'UNAUTHORIZED' : isRefused ? 'FORBIDDEN' : 'SERVICE_UNAVAILABLE',
      reason: 'asset_unavailable',
      details: [],
    };
  }
}

/** Everything a case shows, here and decoded, so that it can be drawn in one frame. */
export async function prepareCase(
  opened: OpenedCase,
  reads: readonly CaseRead[],
  asked: CaseAsked | null,
  /** Headers that say whose page asks. */
  own: Readonly<Record<string, string>>,
): Promise<PreparedCase> {
  const urls: string[] = [];
  const assets = await Promise.all(
    opened.assets.map(async (asset): Promise<CaseAsset> => {
      const { handle, name, mediaType, content } = asset;
      if (content.kind === 'text') return { handle, name, mediaType, content };
      const href = await fetchAsset(content.href, own);
      urls.push(href);
      const isImage = mediaType.startsWith('image/') && (await canDecode(href));
      return { handle, name, mediaType, content: { kind: isImage ? 'image' : 'file', href } };
    }),
  );
  const { draft, returned } = opened;
  return {
    context: opened.context,
    receipt: opened.receipt,
    assets,
    clarifications: opened.clarifications,
    reads: [...reads],
    asked,
    returnedComment: returned?.comment ?? null,
    returnedAnswers: returned?.answers ?? null,
    draft: draft && {
      answers: draft.answers,
      work: draft.work,
      activeMs: draft.activeMs,
      savedAt: draft.savedAt.getTime(),
    },
    dispose: () => {
      for (const url of urls) URL.revokeObjectURL(url);
    },
  };
}

/** The bytes stay in this tab's memory; the short-lived link is used once. */
async function fetchAsset(href: string, own: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(href, { headers: { ...own, 'x-readroom-background': '1' } });
  if (!response.ok) throw new AssetUnavailable(response.status);
  return URL.createObjectURL(await response.blob());
}

async function canDecode(href: string): Promise<boolean> {
  const image = new Image();
  image.src = href;
  try {
    await image.decode();
    return true;
  } catch {
    return false;
  }
}

import { queryOptions, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { client, read } from './client.ts';

/** The release that the address is about. */
export function useReleaseId(): string {
  const { release } = useParams({ strict: false }) as { readonly release?: string };
  return release ?? 'sample';
}

/** What the workbench is and which releases it shows. */
export function useStatus() {
  return useQuery({ queryKey: ['status'], queryFn: () => read(client.api.status.$get()), staleTime: 60_000 });
}

/** What a release holds, as the server is asked. */
export function releaseQuery(release: string) {
  return queryOptions({ queryKey: ['release', release, 'summary'], queryFn: () => read(client.api.releases[':release'].$get({ param: { release } })) });
}

/** What the release of the address holds. */
export function useRelease() {
  return useQuery(releaseQuery(useReleaseId()));
}

/** The address of a picture; with the release's fingerprint, so that a browser need never ask again. */
export function thumbnailAddress(release: string, key: string, side: 160 | 320 | 640, fingerprint: string | undefined): string {
  return `/api/releases/${release}/images/${key}/thumbnail?side=${side}${fingerprint === undefined ? '' : `&v=${fingerprint}`}`;
}

/** The address of the picture itself. */
export function fileAddress(release: string, key: string, fingerprint: string | undefined): string {
  return `/api/releases/${release}/images/${key}/file${fingerprint === undefined ? '' : `?v=${fingerprint}`}`;
}

#!/usr/bin/env python3
"""Exhaustive search for repeated pictures in a release of CT figure pictures.

    python duplicates_truth.py RELEASE_DIR OUT.json [--work DIR] [--keep 600] [--threads 2]

RELEASE_DIR is searched for CT_COVID.zip and CT_NonCOVID.zip; the pictures are
read from the zips in memory, nothing is unpacked.  OUT.json gets the ranking of
the best pairs.  The script only *ranks*; the labels are made by eye.
Needs numpy, pillow, opencv-python(-headless).

Every one of the n*(n-1)/2 pairs is aligned coarsely (A1, A2), the best ones finely (B, C):

A1 window search (all pairs).  Each picture is turned to gray and its local
   contrast is normalised (kills brightness, contrast and window gain).  Eleven
   cut-outs of every picture (whole, centre, corners, sides; each also mirrored
   left-right, up-down and both) are compared, as 16x16 vectors, to EVERY 16x16
   window of every other picture over a ladder of widths x heights from 50 % to
   100 %.  This is a dense normalised cross-correlation over translation, scale
   and aspect, done as matrix products.  The score of a pair is the best of all.
A2 key points (all pairs).  A second, independent route: SIFT descriptors,
   ratio-tested, counted by a similarity-transform vote, plain and mirrored.
B  registration.  The best pairs of A1 and A2, together with every pair from the
   same source document, are registered affinely (ECC) at ~128 px.
C  The best of those are registered again at 256 px, and measured: NCC of the
   gray values and NCC of a band-passed version (chest CTs are all alike in the
   coarse structure; vessels and noise decide), over the overlap.
Sorted by the band-passed NCC.
"""
import argparse, io, json, os, re, sys, time, zipfile
from pathlib import Path

AP = argparse.ArgumentParser()
AP.add_argument("release"); AP.add_argument("out")
AP.add_argument("--work", help="directory for intermediate results (optional)")
AP.add_argument("--keep", type=int, default=600)
AP.add_argument("--threads", type=int, default=2)
AP.add_argument("--selftest", type=int, default=0,
                help="plant this many altered copies and report where they rank")
ARGS = AP.parse_args() if __name__ == "__main__" else AP.parse_args(["", ""])
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(ARGS.threads))
os.environ.setdefault("OMP_NUM_THREADS", str(ARGS.threads))

import numpy as np
import cv2
from PIL import Image

cv2.setNumThreads(ARGS.threads)
N = 16                                        # side of a window vector
LADDER = [16, 18, 21, 24, 28, 32]             # picture side in which N px are cut
CUTS = [(0, 0, 1, 1), (.075, .075, .85, .85), (.15, .15, .7, .7),
        (0, 0, .75, .75), (.25, 0, .75, .75), (0, .25, .75, .75), (.25, .25, .75, .75),
        (0, 0, .7, 1), (.3, 0, .7, 1), (0, 0, 1, .7), (0, .3, 1, .7)]   # x, y, w, h
FLIPS = ["none", "horizontal", "vertical", "both"]


# ---------------------------------------------------------------- reading
def read_release(root):
    """[(name, gray float32 picture)], sorted by name; alpha dropped."""
    pics = []
    for z in sorted(Path(root).rglob("CT_*COVID.zip")):
        with zipfile.ZipFile(z) as zf:
            for n in zf.namelist():
                if n.endswith("/") or "__MACOSX" in n or "/." in n:
                    continue
                im = Image.open(io.BytesIO(zf.read(n)))
                if im.mode in ("RGBA", "LA", "P"):
                    im = im.convert("RGBA").convert("RGB")
                pics.append((n, np.asarray(im.convert("L"), np.float32)))
    pics.sort(key=lambda t: t[0])
    return pics


def flip(img, f):
    if f in (1, 3):
        img = img[:, ::-1]
    if f in (2, 3):
        img = img[::-1]
    return np.ascontiguousarray(img)


def source_of(name):
    """The document a picture was taken from, as far as the file name tells."""
    base = name.split("/")[-1]
    m = re.match(r"(.+?)-p\d+-", base) or re.match(r"(\d+)%\d+\.", base) or re.match(r"(PIIS\w+)", base)
    return name.split("/")[0] + "/" + m.group(1) if m else None


def same_source(p, q):
    """Same document by name, or bare running numbers (1058.png, 1060.png) at most 3 apart."""
    if source_of(p) and source_of(p) == source_of(q):
        return True
    k = [re.match(r"(CT_\w+/)(\d+)\.png$", s) for s in (p, q)]
    return bool(k[0] and k[1] and k[0][1] == k[1][1] and abs(int(k[0][2]) - int(k[1][2])) <= 3)


# ---------------------------------------------------------------- stage A1
def local_norm(g, sigma):
    m = cv2.GaussianBlur(g, (0, 0), sigma)
    d = g - m
    s = np.sqrt(cv2.GaussianBlur(d * d, (0, 0), sigma * 1.5))
    return d / (s + 0.15 * s.max() + 1e-3)


def unit(v):
    v = v - v.mean(1, keepdims=True)
    return (v / (np.linalg.norm(v, axis=1, keepdims=True) + 1e-6)).astype(np.float32)


def base_picture(g):
    """128x128 (aspect is dropped, the ladder brings it back), locally normalised."""
    return local_norm(cv2.resize(g, (128, 128), interpolation=cv2.INTER_AREA), 10)


def cut_vectors(b):
    out = []
    for x, y, w, h in CUTS:
        x0, y0 = int(round(x * 128)), int(round(y * 128))
        c = b[y0:y0 + int(round(h * 128)), x0:x0 + int(round(w * 128))]
        c = cv2.resize(c, (N, N), interpolation=cv2.INTER_AREA)
        out += [flip(c, f).ravel() for f in range(4)]
    return unit(np.array(out))


def window_rects():
    r = []
    for H in LADDER:
        for W in LADDER:
            for y in range(H - N + 1):
                for x in range(W - N + 1):
                    r.append((x / W, y / H, N / W, N / H))
    return np.array(r)


def window_vectors(b):
    out = []
    for H in LADDER:
        for W in LADDER:
            p = cv2.resize(b, (W, H), interpolation=cv2.INTER_AREA)
            w = np.lib.stride_tricks.sliding_window_view(p, (N, N))
            out.append(w.reshape(-1, N * N))
    return unit(np.concatenate(out))


def stage_a1(pics):
    """score[i, t, j], where[i, t, j]: best window of picture j for cut-out t of picture i."""
    base = [base_picture(g) for _, g in pics]
    cuts = np.concatenate([cut_vectors(b) for b in base])
    n, T = len(pics), len(CUTS) * 4
    score = np.empty((n * T, n), np.float32)
    where = np.empty((n * T, n), np.int16)
    t0 = time.time()
    for j in range(n):
        wv = window_vectors(base[j]).T.copy()
        for a in range(0, n * T, 1024):
            s = cuts[a:a + 1024] @ wv
            k = s.argmax(1)
            where[a:a + 1024, j] = k
            score[a:a + 1024, j] = s[np.arange(len(k)), k]
        if j % 50 == 0:
            log(f"A1 {j}/{n} {time.time() - t0:.0f} s")
    return score.reshape(n, T, n), where.reshape(n, T, n)


# ---------------------------------------------------------------- stage A2
def sift_of(g, cap=350):
    k = 320 / max(g.shape)
    g = cv2.resize(g, None, fx=k, fy=k, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC)
    u = np.clip(g, 0, 255).astype(np.uint8)
    kp, d = cv2.SIFT_create(nfeatures=cap, contrastThreshold=0.02).detectAndCompute(u, None)
    if d is None:
        return np.zeros((0, 4), np.float32), np.zeros((0, 128), np.float32)
    d = np.sqrt(d / (np.abs(d).sum(1, keepdims=True) + 1e-6))          # RootSIFT, unit length
    x = np.array([(p.pt[0] / k, p.pt[1] / k, p.size / k, np.deg2rad(p.angle)) for p in kp], np.float32)
    return x[:cap], d[:cap].astype(np.float32)


def vote(xa, xb):
    """Largest number of matches that agree with one match's similarity transform."""
    if len(xa) < 4:
        return 0, None
    s = xb[:, 2] / xa[:, 2]; t = xb[:, 3] - xa[:, 3]
    c, q = s * np.cos(t), s * np.sin(t)
    px = c[:, None] * (xa[None, :, 0] - xa[:, None, 0]) - q[:, None] * (xa[None, :, 1] - xa[:, None, 1])
    py = q[:, None] * (xa[None, :, 0] - xa[:, None, 0]) + c[:, None] * (xa[None, :, 1] - xa[:, None, 1])
    ex = px - (xb[None, :, 0] - xb[:, None, 0]); ey = py - (xb[None, :, 1] - xb[:, None, 1])
    tol = 0.06 * (np.ptp(xb[:, 0]) + np.ptp(xb[:, 1]) + 20) / 2
    ok = (np.hypot(ex, ey) < tol) & (s[:, None] > .33) & (s[:, None] < 3)
    b = ok.sum(1).argmax()
    return int(ok[b].sum()), ok[b]


def stage_a2(pics):
    """{(i, j): (votes, flip, similarity 2x3 from i flipped to j)} for pairs with votes >= 5."""
    t0 = time.time()
    plain = [sift_of(g) for _, g in pics]
    mirr = [sift_of(flip(g, 1)) for _, g in pics]
    n = len(pics)
    off = np.cumsum([0] + [len(d) for _, d in plain])
    D = np.concatenate([d for _, d in plain])
    out = {}
    for f, feats in ((0, plain), (1, mirr)):
        for i in range(n):
            xa, da = feats[i]
            if len(da) < 4 or i == n - 1:
                continue
            S = da @ D[off[i + 1]:].T
            for j in range(i + 1, n):
                a, b = off[j] - off[i + 1], off[j + 1] - off[i + 1]
                if b - a < 4:
                    continue
                s = S[:, a:b]
                k = s.argmax(1); r = np.arange(len(k)); best = s[r, k]
                s[r, k] = -1; second = s.max(1)
                good = (2 - 2 * best) < 0.8 ** 2 * (2 - 2 * second)      # ratio test on distances
                if good.sum() < 4:
                    continue
                pa, pb = xa[good], plain[j][0][k[good]]
                v, ok = vote(pa, pb)
                if v >= 5:
                    M, _ = cv2.estimateAffinePartial2D(pa[ok, :2], pb[ok, :2])
                    if M is not None and v > out.get((i, j), (0,))[0]:
                        out[i, j] = (v, f, M.tolist())
            if i % 50 == 0:
                log(f"A2 flip {f} {i}/{n} {time.time() - t0:.0f} s")
    return out


# ---------------------------------------------------------------- stages B, C
def fine(g, lo, hi):
    """Band-pass with local contrast normalisation, lo/hi = gaussian sigmas in px."""
    a = cv2.GaussianBlur(g, (0, 0), lo) if lo > 0 else g
    d = a - cv2.GaussianBlur(g, (0, 0), hi)
    s = np.sqrt(cv2.GaussianBlur(d * d, (0, 0), hi * 2))
    return d / (s + 0.15 * s.max() + 1e-3)


def ncc(a, b, m):
    a, b = a[m], b[m]
    a = a - a.mean(); b = b - b.mean()
    return float((a * b).sum() / (np.sqrt((a * a).sum() * (b * b).sum()) + 1e-6))


def at3(M):
    return np.vstack([np.asarray(M, np.float64), [0, 0, 1]])


def resized(g, sx, sy):
    w, h = max(16, int(round(g.shape[1] * sx))), max(16, int(round(g.shape[0] * sy)))
    r = cv2.resize(g, (w, h), interpolation=cv2.INTER_AREA if sx * sy < 1 else cv2.INTER_CUBIC)
    return r, np.diag([w / g.shape[1], h / g.shape[0], 1.0])


def overlap_box(M, ga, gb):
    """Bounding box in a of the part of a which M sends inside b."""
    hb, wb = gb.shape; ha, wa = ga.shape
    c = np.linalg.inv(M) @ np.array([[0, wb, wb, 0], [0, 0, hb, hb], [1, 1, 1, 1.0]])
    x0, x1 = max(0, np.sort(c[0])[:2].mean()), min(wa, np.sort(c[0])[2:].mean())
    y0, y1 = max(0, np.sort(c[1])[:2].mean()), min(ha, np.sort(c[1])[2:].mean())
    return x0, y0, x1, y1


def register(ga, gb, M, side, steps):
    """ga (already flipped) to gb, start affine M (a px -> b px).  Returns M, measures."""
    if not np.isfinite(M).all() or not 0.05 < abs(np.linalg.det(M[:2, :2])) < 20:
        return None
    x0, y0, x1, y1 = overlap_box(M, ga, gb)
    if x1 - x0 < 8 or y1 - y0 < 8:
        return None
    k = side / max(x1 - x0, y1 - y0)
    kx, ky = k, k
    bx, by = np.hypot(M[0, 0], M[1, 0]), np.hypot(M[0, 1], M[1, 1])   # b px per a px
    a, Sa = resized(ga, kx, ky)
    b, Sb = resized(gb, kx / bx, ky / by)
    if max(a.shape + b.shape) > 4 * side:
        return None
    W = Sb @ M @ np.linalg.inv(Sa)
    up = max(1.0, k, k / bx, k / by)                       # how much was invented by enlarging
    for hi, blur in steps:
        fa, fb = fine(a, 0.5 * up, hi), fine(b, 0.5 * up, hi)
        try:
            _, w2 = cv2.findTransformECC(fa, fb, W[:2].astype(np.float32), cv2.MOTION_AFFINE,
                                         (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4),
                                         None, blur)
        except cv2.error:
            return None
        W = at3(w2)
        if not np.isfinite(W).all() or not 0.2 < abs(np.linalg.det(W[:2, :2])) < 5:
            return None
    fl = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    size = (a.shape[1], a.shape[0])
    m = cv2.warpAffine(np.ones_like(b), W[:2], size, flags=fl) > 0.99
    over = float(m.sum())
    if over < 200:
        return None
    det = abs(np.linalg.det(W[:2, :2]))
    frac = max(over / a.size, over * det / b.size)         # of the smaller picture
    sx, sy = np.hypot(W[0, 0], W[1, 0]), np.hypot(W[0, 1], W[1, 1])
    shear = abs(W[0, 0] * W[0, 1] + W[1, 0] * W[1, 1]) / (sx * sy)
    if frac < 0.45 or not (0.5 < sx < 2 and 0.5 < sy < 2) or shear > 0.15:
        return None
    wb = cv2.warpAffine(b, W[:2], size, flags=fl)
    lo, hi = 0.7 * up, max(4.0, 2.5 * up) * side / 256
    fa = fine(a, lo * side / 256, hi)
    fb = fine(wb, lo * side / 256, hi)
    e = cv2.erode(m.astype(np.uint8), np.ones((5, 5))) > 0
    if e.sum() < 200:
        return None
    Mo = np.linalg.inv(Sb) @ W @ Sa
    return Mo, dict(ncc=ncc(fa, fb, e), ncc_gray=ncc(a, wb, m), overlap=min(1.0, frac),
                    scale=float(np.sqrt(abs(np.linalg.det(Mo[:2, :2])))),
                    aspect=float(np.hypot(Mo[0, 0], Mo[1, 0]) / np.hypot(Mo[0, 1], Mo[1, 1])),
                    enlarged=float(up))


RECTS = window_rects()


def starts(i, j, pics, score, where, sift, n_start):
    """Start alignments (flip of i, affine from flipped i to j)."""
    out = []
    if (i, j) in sift:
        v, f, M = sift[i, j]
        out.append((f, at3(M)))
    h = []
    for a, b in ((i, j), (j, i)):
        s = score[a, :, b]
        for t in np.argsort(-s)[:n_start]:
            h.append((s[t], a, b, t))
    h.sort(reverse=True)
    for s, a, b, t in h[:n_start]:
        (x, y, w, hh), f = CUTS[t // 4], t % 4
        if f in (1, 3): x = 1 - x - w
        if f in (2, 3): y = 1 - y - hh
        u, v, p, q = RECTS[where[a, t, b]]
        ha, wa = pics[a][1].shape; hb, wb = pics[b][1].shape
        sx, sy = p * wb / (w * wa), q * hb / (hh * ha)
        M = np.array([[sx, 0, u * wb - sx * x * wa], [0, sy, v * hb - sy * y * ha], [0, 0, 1.0]])
        if a != i:                                  # i.e. flipped j -> i ; turn round to flipped i -> j
            F = np.eye(3)
            if f in (1, 3): F = np.array([[-1, 0, wa], [0, 1, 0], [0, 0, 1.0]]) @ F
            if f in (2, 3): F = np.array([[1, 0, 0], [0, -1, ha], [0, 0, 1.0]]) @ F
            G = np.eye(3)
            if f in (1, 3): G = np.array([[-1, 0, wb], [0, 1, 0], [0, 0, 1.0]]) @ G
            if f in (2, 3): G = np.array([[1, 0, 0], [0, -1, hb], [0, 0, 1.0]]) @ G
            M = np.linalg.inv(F) @ np.linalg.inv(M) @ np.linalg.inv(G)
        out.append((f, M))
    return out


def best_registration(ga, gb, cand, side, steps):
    best = None
    for f, M in cand:
        r = register(flip(ga, f), gb, M, side, steps)
        if r and (best is None or r[1]["ncc"] > best[2]["ncc"]):
            best = (f, r[0], r[1])
    return best


def planted(pics, count, seed=1):
    """Every third picture plus altered copies: crop to 80 %, aspect, gain/gamma, arrow, letter, JPEG, flip."""
    rng = np.random.default_rng(seed)
    out = pics[::3]
    for c in rng.choice(len(out), count, replace=False):
        name, g = out[c]
        h, w = g.shape
        y, x = int(rng.uniform(0, .2) * h), int(rng.uniform(0, .2) * w)
        q = g[y:y + int(.8 * h), x:x + int(.8 * w)]
        k = rng.uniform(.5, 1.3)
        q = cv2.resize(q, None, fx=k * rng.uniform(.9, 1.1), fy=k, interpolation=cv2.INTER_AREA)
        q = 255 * (np.clip(q * rng.uniform(.8, 1.2) + rng.uniform(-20, 20), 0, 255) / 255) ** rng.uniform(.7, 1.4)
        q = np.clip(q, 0, 255).astype(np.uint8)
        p = (rng.uniform(.2, .8, 2) * q.shape[::-1]).astype(int)
        cv2.arrowedLine(q, tuple(map(int, p)), tuple(map(int, p + max(8, q.shape[0] // 6))), 255, 2)
        cv2.putText(q, "A", (4, q.shape[0] - 6), cv2.FONT_HERSHEY_SIMPLEX, q.shape[0] / 150, 255, 2)
        q = cv2.imdecode(cv2.imencode(".jpg", q, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 70))])[1], 0)
        out = out + [("planted/" + name, flip(q, int(c % 4 == 0)).astype(np.float32))]
    return out


T0 = time.time()
def log(*a):
    print(f"[{time.time() - T0:6.0f}]", *a, file=sys.stderr, flush=True)


def main():
    pics = read_release(ARGS.release)
    if ARGS.selftest:
        pics = planted(pics, ARGS.selftest)
    n = len(pics)
    share = n * (n - 1) / (746 * 745)              # shortlists grow with the number of pairs
    log(n, "pictures,", n * (n - 1) // 2, "pairs")
    work = Path(ARGS.work) if ARGS.work else None

    if work and (work / "a1.npz").exists():                    # resume
        z = np.load(work / "a1.npz"); score, where = z["score"].astype(np.float32), z["where"]
    else:
        score, where = stage_a1(pics)
    best = score.max(1)                                        # [i, j]
    best = np.maximum(best, best.T)
    if work: np.savez(work / "a1.npz", score=score.astype(np.float16), where=where)
    if work and (work / "a2.json").exists():
        sift = {(r[0], r[1]): tuple(r[2:]) for r in json.load(open(work / "a2.json"))}
    else:
        sift = stage_a2(pics)
    if work: json.dump([[*k, *v] for k, v in sift.items()], open(work / "a2.json", "w"))
    log("A2 pairs with >=5 votes:", len(sift))

    # the pairs to register: best of A1 overall, the three best of each picture, A2, same source
    iu, ju = np.triu_indices(n, 1)
    order = np.argsort(-best[iu, ju])
    chosen = {(int(iu[o]), int(ju[o])) for o in order[:int(5000 * share)]}
    b = best.copy(); np.fill_diagonal(b, -1)
    for i in range(n):
        chosen |= {(min(i, int(j)), max(i, int(j))) for j in np.argsort(-b[i])[:4]}
    k1 = len(chosen)
    chosen |= {k for k, v in sorted(sift.items(), key=lambda t: -t[1][0])[:int(2500 * share)]}
    k2 = len(chosen)
    same = {(i, j) for i in range(n) for j in range(i + 1, n) if same_source(pics[i][0], pics[j][0])}
    log(f"to register: {k1} by A1, +{k2 - k1} by A2, same source {len(same)}")
    chosen |= same
    rows = []
    for c, (i, j) in enumerate(sorted(chosen)):
        r = best_registration(pics[i][1], pics[j][1], starts(i, j, pics, score, where, sift, 2),
                              128, [(8, 3)])
        if r:
            rows.append((r[2]["ncc"], i, j, r))
        if c % 1000 == 0:
            log("B", c, len(chosen))
    rows.sort(key=lambda t: -t[0])
    final = []
    for c, (_, i, j, r) in enumerate(rows[:int(2000 * share)]):
        q = best_registration(pics[i][1], pics[j][1], [(r[0], r[1])], 256, [(12, 5), (5, 3)])
        if q is None:
            q = r
        f, M, meas = q
        final.append(dict(a=pics[i][0], b=pics[j][0], ncc=round(meas["ncc"], 4),
                          ncc_gray=round(meas["ncc_gray"], 4), overlap=round(meas["overlap"], 3),
                          scale=round(meas["scale"], 4), aspect=round(meas["aspect"], 4),
                          flip=FLIPS[f], window_score=round(float(best[i, j]), 4),
                          keypoint_votes=int(sift.get((i, j), (0,))[0]),
                          affine_a_to_b=[[round(float(v), 5) for v in row] for row in M[:2]]))
        if c % 500 == 0:
            log("C", c)
    final.sort(key=lambda d: -d["ncc"])
    for r, d in enumerate(final, 1):
        d["rank"] = r
    if work: json.dump(final, open(work / "ranking_all.json", "w"), indent=1)
    json.dump(dict(pictures=n, pairs=n * (n - 1) // 2, seconds=round(time.time() - T0),
                   ranking=final[:ARGS.keep]), open(ARGS.out, "w"), indent=1)
    if ARGS.selftest:
        w = np.sort(best[iu, ju])[::-1]
        where_is = {(d["a"], d["b"]): d["rank"] for d in final}
        idx = {p[0]: i for i, p in enumerate(pics)}
        for name in idx:
            if name.startswith("planted/"):
                o = name[len("planted/"):]
                print("planted rank", where_is.get((o, name)), "window rank",
                      int((w > best[idx[o], idx[name]]).sum()) + 1, "key points",
                      sift.get((idx[o], idx[name]), (0,))[0], o)
    log("done")


if __name__ == "__main__":
    main()

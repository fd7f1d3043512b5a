/* Hand-written "floor": the idem model (same rules as idem.pml / idem.m.in), K=3, state packed in one uint64,
 * BFS over an append-only state array, open-addressing set of uint64.  No traces, one thread.
 * Build: gcc -O2 [-DN=8] floor.c   Run: ./floor [log2slots] */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#ifndef N
#define N 8 /* at most 8: three bits per log entry, eight per set */
#endif
#define K 3
typedef struct { unsigned reqs, acks, acked, base, nxt, exp; unsigned log; } S; /* log: 3 bits per entry */
static inline uint64_t pack(const S *s) { return (uint64_t)s->reqs | (uint64_t)s->acks << 8 | (uint64_t)s->acked << 16 | (uint64_t)s->base << 24 | (uint64_t)s->nxt << 28 | (uint64_t)s->exp << 32 | (uint64_t)s->log << 36; }
static inline S unpack(uint64_t x) { S s = { x & 255, x >> 8 & 255, x >> 16 & 255, x >> 24 & 15, x >> 28 & 15, x >> 32 & 15, x >> 36 & 0xffffff }; return s; }
static uint64_t *tab, mask, *arr, n, trans;
static inline uint64_t hash(uint64_t x) { x ^= x >> 32; x *= 0xd6e8feb86659fd93ull; x ^= x >> 32; x *= 0xd6e8feb86659fd93ull; x ^= x >> 32; return x; }
static inline int ok(const S *s) { for (unsigned i = 0; i < s->exp; i++) if ((s->log >> 3 * i & 7) != i) return 0; return 1; }
static inline void visit(const S *s) {
  uint64_t k = pack(s) + 1, h = hash(k); trans++;
  for (uint64_t i = h & mask;; i = (i + 1) & mask) {
    if (tab[i] == k) return;
    if (!tab[i]) { tab[i] = k; if (!ok(s)) { puts("VIOLATION"); exit(1); } arr[n++] = k - 1; return; }
  }
}
static inline S broker(S s, unsigned i) { if (i == s.exp) { s.log |= i << 3 * s.exp; s.exp++; s.acks |= 1u << i; } else if (i < s.exp) s.acks |= 1u << i; return s; }
static inline S onack(S s, unsigned i) { s.acked |= 1u << i; while (s.base < s.nxt && s.acked >> s.base & 1) s.base++; return s; }
int main(int c, char **v) {
  int w = c > 1 ? atoi(v[1]) : 22; mask = (1ull << w) - 1; tab = calloc(mask + 1, 8); arr = malloc(8ull << w);
  S z = {0}; visit(&z); trans = 0;
  for (uint64_t q = 0; q < n; q++) {
    S s = unpack(arr[q]), t;
    if (s.nxt < N && s.nxt - s.base < K) { t = s; t.reqs |= 1u << t.nxt; t.nxt++; visit(&t); }
    for (unsigned i = 0; i < N; i++) {
      unsigned b = 1u << i;
      if (s.base <= i && i < s.nxt && !(s.acked & b) && !(s.reqs & b)) { t = s; t.reqs |= b; visit(&t); }
      if (s.reqs & b) { t = broker(s, i); t.reqs &= ~b; visit(&t); t = broker(s, i); visit(&t); t = s; t.reqs &= ~b; visit(&t); }
      if (s.acks & b) { t = onack(s, i); t.acks &= ~b; visit(&t); t = onack(s, i); visit(&t); t = s; t.acks &= ~b; visit(&t); }
    }
  }
  printf("%llu states, %llu rules fired\nNo error found\n", (unsigned long long)n, (unsigned long long)trans);
}

/* Idempotent producer over an unordered, lossy, duplicating network.
 * Hand-tuned Promela: single process, every set is a bitmask, every transition one d_step.
 * -DN=.. sequences 0..N-1   -DK=.. max in-flight   -DBUG drops the broker's dedup.
 * Same rules, same names and same order as idem.m.in. */
#ifndef N
#define N 8
#endif
#ifndef K
#define K 3
#endif
#define BIT(i)   (1<<(i))

short reqs, acks, acked;      /* sets of sequence numbers: requests/acks on the wire, acks seen */
byte  base, nxt, exp;         /* producer window [base,nxt), broker next expected sequence */
byte  log[N];

#define C(i) (exp<=(i) || log[i]==(i))
#define C4 (C(0) && C(1) && C(2) && C(3))
#if N==4
#define INV C4
#elif N==6
#define INV (C4 && C(4) && C(5))
#elif N==8
#define INV (C4 && C(4) && C(5) && C(6) && C(7))
#elif N==9
#define INV (C4 && C(4) && C(5) && C(6) && C(7) && C(8))
#elif N==10
#define INV (C4 && C(4) && C(5) && C(6) && C(7) && C(8) && C(9))
#endif
#ifdef BUG
#define ACCEPT(s) (s<=exp && exp<N)
#else
#define ACCEPT(s) (s==exp)
#endif
inline broker(s) {
  if
  :: ACCEPT(s) -> log[exp]=s; exp++; assert(INV); acks = acks | BIT(s)
  :: else -> if :: s<exp -> acks = acks | BIT(s) :: else fi
  fi
}
inline onack(s) {
  acked = acked | BIT(s);
  do :: base<nxt && (acked & BIT(base)) -> base++ :: else -> break od
}

#define RULES(i) \
  :: d_step { (base<=i && i<nxt && !(acked & BIT(i)) && !(reqs & BIT(i))) -> reqs = reqs | BIT(i) } \
  :: d_step { (reqs & BIT(i)) -> broker(i); reqs = reqs & ~BIT(i) } \
  :: d_step { (reqs & BIT(i)) -> broker(i); skip } \
  :: d_step { (reqs & BIT(i)) -> reqs = reqs & ~BIT(i) } \
  :: d_step { (acks & BIT(i)) -> onack(i); acks = acks & ~BIT(i) } \
  :: d_step { (acks & BIT(i)) -> onack(i); skip } \
  :: d_step { (acks & BIT(i)) -> acks = acks & ~BIT(i) }

active proctype sys() {
end: do
  :: d_step { (nxt<N && nxt-base<K) -> reqs = reqs | BIT(nxt); nxt++ }
  RULES(0)
#if N>1
  RULES(1)
#endif
#if N>2
  RULES(2)
#endif
#if N>3
  RULES(3)
#endif
#if N>4
  RULES(4)
#endif
#if N>5
  RULES(5)
#endif
#if N>6
  RULES(6)
#endif
#if N>7
  RULES(7)
#endif
#if N>8
  RULES(8)
#endif
#if N>9
  RULES(9)
#endif
#if N>10
  RULES(10)
#endif
#if N>11
  RULES(11)
#endif
  od
}

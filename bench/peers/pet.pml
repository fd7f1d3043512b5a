/* Peterson n-process mutual exclusion, step for step the Murphi distribution's classic n-process model
 * (twin: pet.m.in).  -DN=3..6.  Each process always has exactly one enabled step. */
#ifndef N
#define N 5
#endif
byte Q[N], turn[N+1], ncrit;          /* turn 0 = undefined, else pid+1 */
#define F(k,j) ((k)==_pid || Q[k]<j)
#if N==3
#define ALLF(j) (F(0,j)&&F(1,j)&&F(2,j))
#elif N==4
#define ALLF(j) (F(0,j)&&F(1,j)&&F(2,j)&&F(3,j))
#elif N==5
#define ALLF(j) (F(0,j)&&F(1,j)&&F(2,j)&&F(3,j)&&F(4,j))
#elif N==6
#define ALLF(j) (F(0,j)&&F(1,j)&&F(2,j)&&F(3,j)&&F(4,j)&&F(5,j))
#endif
#define COND (ALLF(j) || turn[j] != _pid+1)
active [N] proctype P() {
  byte j;
L0: j = 1;
L1: Q[_pid] = j;
L2: turn[j] = _pid+1;
L3: if
  :: atomic { (COND && j+1 <  N) -> j++; goto L1 }
  :: atomic { (COND && j+1 == N) -> j++; ncrit++; assert(ncrit==1) }
  :: (!(COND)) -> goto L3
  fi;
L4: atomic { Q[_pid] = 1; ncrit--; goto L0 }
}

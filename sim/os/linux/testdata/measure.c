/*
 * Measures how one CPU is shared on a real Linux kernel: the /init of a small virtual machine (README.md beside it says how to boot it).
 * Reads /cases.txt, runs every case with one process a task in the root control group, and prints one JSON line a case on the console.
 *   share     CPU time of a task over the CPU time of all tasks of the case, inside the measured window (per-process CPU clocks)
 *   wake      programmed wake-up time to the first instruction after it; response: programmed wake-up time to the end of the burst
 * Units: microseconds in the table and in the output, nanoseconds inside. Percentiles are by nearest rank, over every wake-up programmed
 * inside the window. Left out: more than one CPU, threads, deadline class, blocking on anything but a timer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_TASKS = 12, MAX_SAMPLES = 1 << 17 };
static const int64_t WARM_UP_NS = 500000000;    /* choice: longer than any transient of the run-queue placement seen here */
static const int64_t SETTLE_NS = 50000000;      /* choice: every child has set its class and waits for the start */
static const int64_t GAP_NS = 1500000000;       /* choice: longer than the 1 s period of real-time throttling and of the fair server */
static const int64_t TIMER_SLACK_NS = 50000;     /* kernel default (init/init_task.c); a child of a real-time parent would start with none */
static const int64_t SHORT_SPIN_NS = 3000;      /* choice: below this a CPU-clock read costs more than the spin that is left */

enum behaviour { SPIN, SLEEPER, PERIODIC };

struct task {
  char name[16], class[8];
  int nice, priority;
  enum behaviour behaviour;
  int64_t first_ns, run_ns; /* SLEEPER: first is the sleep; PERIODIC: first is the period */
};

struct samples {
  uint32_t wakes, responses;
  int64_t wake_ns[MAX_SAMPLES], response_ns[MAX_SAMPLES];
};

struct shared {
  uint32_t go;
  int64_t window_start_ns, window_end_ns;
  struct samples of[MAX_TASKS];
};

static struct shared *shared;
static double iterations_per_ns;

static int64_t now_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void sleep_ns(int64_t ns, int flags) {
  struct timespec t = {ns / 1000000000, ns % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, flags, &t, &t) == EINTR && !(flags & TIMER_ABSTIME)) {}
}

static void spin(uint64_t iterations) {
  if (iterations == 0) return;
  __asm__ volatile("1: dec %0\n jnz 1b" : "+r"(iterations)::"cc");
}

static void calibrate(void) {
  const uint64_t iterations = 20000000;
  int64_t best = INT64_MAX;
  for (int round = 0; round < 3; round++) {
    int64_t start = now_ns(CLOCK_THREAD_CPUTIME_ID);
    spin(iterations);
    int64_t took = now_ns(CLOCK_THREAD_CPUTIME_ID) - start;
    if (took < best) best = took;
  }
  iterations_per_ns = (double)iterations / (double)best;
}

/* Few reads of the CPU clock: each spin without a system call takes 15/16 of what is left, so a burst of 10 ms reads it five times. */
static void burn(int64_t run_ns) {
  int64_t end = now_ns(CLOCK_THREAD_CPUTIME_ID) + run_ns, left = run_ns;
  while (left > SHORT_SPIN_NS) {
    spin((uint64_t)((double)(left - left / 16) * iterations_per_ns));
    left = end - now_ns(CLOCK_THREAD_CPUTIME_ID);
  }
  if (left > 0) spin((uint64_t)((double)left * iterations_per_ns));
}

static void keep(struct samples *samples, int64_t programmed, int64_t woke, int64_t done) {
  if (programmed < shared->window_start_ns || programmed >= shared->window_end_ns) return;
  if (samples->wakes < MAX_SAMPLES) samples->wake_ns[samples->wakes++] = woke - programmed;
  if (samples->responses < MAX_SAMPLES) samples->response_ns[samples->responses++] = done - programmed;
}

/* Bursts of unequal length: each up to jitter_ns longer, from a generator of its own (Marsaglia's xorshift, a state a process). */
static uint64_t noise_state = 88172645463325252u;
static int64_t jitter_ns;

static int64_t noise(void) {
  if (jitter_ns == 0) return 0;
  noise_state ^= noise_state << 13; noise_state ^= noise_state >> 7; noise_state ^= noise_state << 17;
  return (int64_t)(noise_state % (uint64_t)jitter_ns);
}

static void be_task(const struct task *task, struct samples *samples, int64_t phase_ns) {
  noise_state += 7919u * (uint64_t)phase_ns + (uint64_t)getpid();
  if (strcmp(task->class, "fifo") == 0) {
    struct sched_param p = {.sched_priority = task->priority};
    if (sched_setscheduler(0, SCHED_FIFO, &p)) _exit(1);
  } else {
    struct sched_param p = {0};
    if (sched_setscheduler(0, strcmp(task->class, "idle") == 0 ? SCHED_IDLE : SCHED_OTHER, &p)) _exit(1);
    if (setpriority(PRIO_PROCESS, 0, task->nice) || prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS)) _exit(1);
  }
  while (__atomic_load_n(&shared->go, __ATOMIC_ACQUIRE) == 0) syscall(SYS_futex, &shared->go, FUTEX_WAIT, 0, NULL, NULL, 0);
  if (task->behaviour == SPIN) for (;;) spin(UINT64_C(1) << 40);
  if (phase_ns > 0) sleep_ns(phase_ns, 0);
  int64_t programmed = now_ns(CLOCK_MONOTONIC);
  for (;;) {
    int64_t woke = now_ns(CLOCK_MONOTONIC);
    burn(task->run_ns + noise());
    int64_t done = now_ns(CLOCK_MONOTONIC);
    keep(samples, programmed, woke, done);
    if (task->behaviour == PERIODIC) {
      programmed += task->first_ns; /* an overrun is not skipped: the late periods follow back to back */
      sleep_ns(programmed, TIMER_ABSTIME);
    } else {
      programmed = now_ns(CLOCK_MONOTONIC) + task->first_ns;
      sleep_ns(task->first_ns, 0);
    }
  }
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static double rank_us(const int64_t *sorted, uint32_t n, double q) {
  uint32_t rank = (uint32_t)(q * n);
  if (rank < q * n) rank++;
  return (double)sorted[rank > 0 ? rank - 1 : 0] / 1000.0;
}

static void print_percentiles(const char *label, const struct task *tasks, int count, int response) {
  printf("\"%s\":{", label);
  for (int i = 0; i < count; i++) {
    struct samples *s = &shared->of[i];
    uint32_t n = response ? s->responses : s->wakes;
    int64_t *values = response ? s->response_ns : s->wake_ns;
    printf("%s\"%s\":", i ? "," : "", tasks[i].name);
    if (n == 0) { printf("null"); continue; }
    qsort(values, n, sizeof *values, ascending);
    printf("{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f}", rank_us(values, n, 0.5), rank_us(values, n, 0.9), rank_us(values, n, 0.99));
  }
  printf("}");
}

static const char *policy(void) {
  struct utsname u;
  uname(&u);
  return strncmp(u.release, "6.1.", 4) == 0 ? "cfs-6.1" : "eevdf-6.12";
}

static void print_input(int64_t duration_ms, const struct task *tasks, int count) {
  printf("\"input\":{\"policy\":\"%s\",\"hz\":250,\"cpus\":1,\"durationMs\":%" PRId64 ",\"tasks\":[", policy(), duration_ms);
  for (int i = 0; i < count; i++) {
    const struct task *t = &tasks[i];
    printf("%s{\"name\":\"%s\",\"nice\":%d,\"class\":\"%s\",", i ? "," : "", t->name, t->nice, t->class);
    if (strcmp(t->class, "fifo") == 0) printf("\"priority\":%d,", t->priority);
    if (t->behaviour == SPIN) printf("\"behaviour\":\"spin\"}");
    else if (t->behaviour == SLEEPER) printf("\"behaviour\":{\"runUs\":%g,\"sleepUs\":%g}}", t->run_ns / 1e3, t->first_ns / 1e3);
    else printf("\"behaviour\":{\"periodUs\":%g,\"runUs\":%g}}", t->first_ns / 1e3, t->run_ns / 1e3);
  }
  printf("]}");
}

static void run_case(const char *id, int64_t duration_ms, int64_t phase_us, const struct task *tasks, int count) {
  pid_t pids[MAX_TASKS];
  clockid_t clocks[MAX_TASKS];
  int64_t used[MAX_TASKS], total = 0;
  shared->go = 0;
  shared->window_start_ns = INT64_MAX;
  shared->window_end_ns = INT64_MAX;
  for (int i = 0; i < count; i++) {
    shared->of[i].wakes = shared->of[i].responses = 0;
    pids[i] = fork();
    if (pids[i] == 0) { be_task(&tasks[i], &shared->of[i], phase_us * 1000 * (i + 1)); _exit(1); }
    clock_getcpuclockid(pids[i], &clocks[i]);
  }
  sleep_ns(SETTLE_NS, 0);
  int64_t start = now_ns(CLOCK_MONOTONIC);
  shared->window_start_ns = start + WARM_UP_NS;
  shared->window_end_ns = start + WARM_UP_NS + duration_ms * 1000000;
  __atomic_store_n(&shared->go, 1, __ATOMIC_RELEASE);
  syscall(SYS_futex, &shared->go, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
  sleep_ns(start + WARM_UP_NS, TIMER_ABSTIME);
  int64_t opened = now_ns(CLOCK_MONOTONIC);
  for (int i = 0; i < count; i++) used[i] = now_ns(clocks[i]);
  sleep_ns(start + WARM_UP_NS + duration_ms * 1000000, TIMER_ABSTIME);
  int64_t closed = now_ns(CLOCK_MONOTONIC);
  for (int i = 0; i < count; i++) total += used[i] = now_ns(clocks[i]) - used[i];
  for (int i = 0; i < count; i++) kill(pids[i], SIGKILL);
  for (int i = 0; i < count; i++) waitpid(pids[i], NULL, 0);
  printf("@{\"id\":\"%s\",\"phaseUs\":%" PRId64 ",\"jitterUs\":%" PRId64 ",", id, phase_us, jitter_ns / 1000);
  print_input(duration_ms, tasks, count);
  printf(",\"measured\":{\"shares\":{");
  for (int i = 0; i < count; i++) printf("%s\"%s\":%.5f", i ? "," : "", tasks[i].name, total ? (double)used[i] / (double)total : 0.0);
  printf("},");
  print_percentiles("wakeUs", tasks, count, 0);
  printf(",");
  print_percentiles("responseUs", tasks, count, 1);
  printf("},\"wakes\":{");
  for (int i = 0; i < count; i++) printf("%s\"%s\":%u", i ? "," : "", tasks[i].name, shared->of[i].wakes);
  printf("},\"windowMs\":%.1f,\"busyFraction\":%.5f}\n", (double)(closed - opened) / 1e6, (double)total / (double)(closed - opened));
  fflush(stdout);
  sleep_ns(GAP_NS, 0);
}

/* A line "case <id> <durationMs> <phaseUs> [<jitterUs>]" and then one line a task: <name> <nice> <normal|idle|fifo> <priority> spin | sleep <runUs> <sleepUs> | period <periodUs> <runUs>. */
static void run_table(FILE *table) {
  char line[256], id[64] = "", next[64], kind[16];
  struct task tasks[MAX_TASKS];
  int count = 0;
  long duration_ms = 0, phase_us = 0, d, p, j = 0, jn = 0;
  while (fgets(line, sizeof line, table)) {
    double a = 0, b = 0;
    struct task t = {0};
    if (line[0] == '#' || line[0] == '\n') continue;
    jn = 0;
    if (sscanf(line, "case %63s %ld %ld %ld", next, &d, &p, &jn) >= 3) {
      if (count) run_case(id, duration_ms, phase_us, tasks, count);
      strcpy(id, next);
      duration_ms = d, phase_us = p, j = jn, count = 0, jitter_ns = j * 1000;
      continue;
    }
    if (sscanf(line, "%15s %d %7s %d %15s %lf %lf", t.name, &t.nice, t.class, &t.priority, kind, &a, &b) < 5 || count == MAX_TASKS) {
      printf("refused table line: %s", line);
      return;
    }
    t.behaviour = strcmp(kind, "spin") == 0 ? SPIN : strcmp(kind, "sleep") == 0 ? SLEEPER : PERIODIC;
    t.run_ns = (int64_t)((t.behaviour == SLEEPER ? a : b) * 1000);
    t.first_ns = (int64_t)((t.behaviour == SLEEPER ? b : a) * 1000);
    tasks[count++] = t;
  }
  if (count) run_case(id, duration_ms, phase_us, tasks, count);
}

static void print_file(const char *path) {
  char text[1024];
  int fd = open(path, O_RDONLY);
  if (fd < 0) return;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  if (n <= 0) return;
  text[n] = 0;
  printf("# %s: %s%s", path, text, text[n - 1] == '\n' ? "" : "\n");
}

static void print_boot_facts(void) {
  static const char *const facts[] = {"/proc/version", "/proc/cmdline", "/sys/devices/system/clocksource/clocksource0/current_clocksource", "/sys/kernel/debug/sched/features",
    "/sys/kernel/debug/sched/preempt", "/sys/kernel/debug/sched/latency_ns", "/sys/kernel/debug/sched/min_granularity_ns", "/sys/kernel/debug/sched/wakeup_granularity_ns",
    "/sys/kernel/debug/sched/base_slice_ns", "/sys/kernel/debug/sched/tunable_scaling", "/sys/kernel/debug/sched/fair_server/cpu0/runtime", "/sys/kernel/debug/sched/fair_server/cpu0/period",
    "/proc/sys/kernel/sched_rt_runtime_us", "/proc/sys/kernel/sched_rt_period_us", "/proc/sys/kernel/sched_child_runs_first", "/sys/devices/system/cpu/online"};
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) print_file(facts[i]);
  printf("# spin iterations per us: %.2f\n", iterations_per_ns * 1000);
}

int main(void) {
  static const char *const mounts[][2] = {{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"debugfs", "/sys/kernel/debug"}};
  for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
    mkdir(mounts[i][1], 0755);
    mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL);
  }
  int console = open("/dev/console", O_RDWR);
  for (int fd = 0; console >= 0 && fd < 3; fd++) dup2(console, fd);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  mlockall(MCL_CURRENT);
  sleep_ns(3000000000, 0); /* choice: the kernel's own late start-up work is over */
  calibrate();
  print_boot_facts();
  struct sched_param above_all = {.sched_priority = 99};
  if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &above_all)) printf("# no real-time controller: errno %d\n", errno);
  FILE *table = fopen("/cases.txt", "r");
  if (table) run_table(table);
  printf("# end\n");
  fflush(stdout);
  sync();
  reboot(RB_AUTOBOOT);
}

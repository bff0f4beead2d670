/*
 * Measures bulk TCP flows over one bottleneck on a real Linux kernel: the /init of a small virtual machine (README.md beside it says how to
 * boot it). Reads /cases.txt, runs every case in four fresh network namespaces, and prints one JSON line a case on the console.
 *   sender s0 -- r0 router r1 -- x0 lossy wire x1 -- d0 receiver      (veth pairs, MTU 1500, segmentation and receive offloads off)
 *   r1: netem rate, packet overhead -12 (1514 octets of Ethernet count as 1502), limit B + 1: B packets wait, one is on the line
 *   x1: netem delay RTT/2 and loss; d0: netem delay RTT/2 for acknowledgements. Nothing else queues or limits.
 * Same measures as scenarios/eval/dumbbell.ts. Left out: paced windows (no fq), ECN, more than one bottleneck.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

unsigned int if_nametoindex(const char *name);

enum { MAX_FLOWS = 8, MAX_SAMPLES = 1 << 16, CHUNK = 1 << 16 };
static const int64_t RTT_SAMPLE_NS = 10000000;  /* as the calculator samples */
static const int64_t QUEUE_SAMPLE_NS = 7300000; /* choice: no simple ratio to the 1.2016 ms of a packet at 10 Mbit/s, nor to the 4 ms tick */

struct flow { char controller[16]; double start_s; };
struct one_case { char id[64]; struct flow flows[MAX_FLOWS]; int count; int64_t rate_bps, rtt_ns; int buffer; double loss, duration_s, from_s; };
struct flow_state {
  int sender, receiver;
  pid_t pids[2];
  uint32_t samples, rtt_us[MAX_SAMPLES];
  struct tcp_info last;
  int slow_start_left;
  double left_s; uint32_t left_cwnd, left_ssthresh, left_rtt_us, left_queue;
  uint32_t traced, trace[512][5];
};

static volatile uint64_t *delivered; /* bytes read by the receiving application, one counter a flow, in shared memory */
static struct flow_state states[MAX_FLOWS];
static uint32_t queue_samples, queue_waiting[MAX_SAMPLES];

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void sleep_until(int64_t ns) {
  struct timespec t = {ns / 1000000000, ns % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {}
}

static void fail(const char *what) { printf("# failed: %s, errno %d\n", what, errno); fflush(stdout); sleep(1); reboot(RB_AUTOBOOT); }

static void run(const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  pid_t pid = fork();
  if (pid == 0) {
    char *words[64]; int n = 0;
    for (char *word = strtok(line, " "); word && n < 63; word = strtok(NULL, " ")) words[n++] = word;
    words[n] = NULL;
    execv(words[0], words);
    _exit(127);
  }
  int status;
  waitpid(pid, &status, 0);
  if (status) { printf("# status %d: %s\n", status, line); fail(line); }
}

static void put(const char *path, const char *text) {
  int fd = open(path, O_WRONLY);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) printf("# cannot write %s, errno %d\n", path, errno);
  if (fd >= 0) close(fd);
}

static int namespace_of(const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/run/netns/%s", name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path);
  return fd;
}

static void enter(const char *name) {
  int fd = namespace_of(name);
  if (setns(fd, CLONE_NEWNET)) fail("setns");
  close(fd);
}

static void no_offloads(const char *device) {
  static const uint32_t commands[] = {ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    struct ethtool_value value = {.cmd = commands[i], .data = 0};
    struct ifreq request = {0};
    strcpy(request.ifr_name, device);
    request.ifr_data = (void *)&value;
    if (ioctl(fd, SIOCETHTOOL, &request)) printf("# offload %zu of %s stays on, errno %d\n", i, device, errno);
  }
  close(fd);
}

static void build(const struct one_case *c) {
  static const char *const names[] = {"S", "R", "X", "D"};
  static const char *const pairs[3][4] = {{"s0", "S", "r0", "R"}, {"r1", "R", "x0", "X"}, {"x1", "X", "d0", "D"}};
  const char *ip = "/sbin/ip", *tc = "/sbin/tc";
  for (int i = 0; i < 4; i++) run("%s netns add %s", ip, names[i]);
  for (int i = 0; i < 3; i++) {
    const char *const *p = pairs[i];
    run("%s link add %s netns %s address 02:00:00:00:%02d:01 type veth peer name %s netns %s address 02:00:00:00:%02d:02", ip, p[0], p[1], i, p[2], p[3], i);
    run("%s -n %s addr add 10.0.%d.1/24 dev %s", ip, p[1], i, p[0]);
    run("%s -n %s addr add 10.0.%d.2/24 dev %s", ip, p[3], i, p[2]);
    run("%s -n %s link set %s up", ip, p[1], p[0]);
    run("%s -n %s link set %s up", ip, p[3], p[2]);
    run("%s -n %s neigh replace 10.0.%d.2 lladdr 02:00:00:00:%02d:02 dev %s nud permanent", ip, p[1], i, i, p[0]);
    run("%s -n %s neigh replace 10.0.%d.1 lladdr 02:00:00:00:%02d:01 dev %s nud permanent", ip, p[3], i, i, p[2]);
    enter(p[1]); no_offloads(p[0]);
    enter(p[3]); no_offloads(p[2]);
  }
  run("%s -n S route add default via 10.0.0.2", ip);
  run("%s -n R route add 10.0.2.0/24 via 10.0.1.2", ip);
  run("%s -n X route add 10.0.0.0/24 via 10.0.1.1", ip);
  run("%s -n D route add default via 10.0.2.1", ip);
  run("%s -n R qdisc add dev r1 root handle 1: netem rate %" PRId64 "bit -12 limit %d", tc, c->rate_bps, c->buffer + 1);
  run("%s -n D qdisc add dev d0 root handle 1: netem delay %" PRId64 "us limit 1000000", tc, c->rtt_ns / 2000);
  if (c->loss > 0) run("%s -n X qdisc add dev x1 root handle 1: netem delay %" PRId64 "us loss %.6f%% limit 1000000", tc, c->rtt_ns / 2000, c->loss * 100);
  else run("%s -n X qdisc add dev x1 root handle 1: netem delay %" PRId64 "us limit 1000000", tc, c->rtt_ns / 2000);
  for (int i = 0; i < 4; i++) {
    enter(names[i]);
    put("/proc/sys/net/ipv4/ip_forward", "1");
    if (i != 0 && i != 3) continue;
    /* may grow so large that no window but the congestion window limits; they start as a stock kernel's do (the receiver's 128 KiB) */
    put("/proc/sys/net/ipv4/tcp_rmem", "4096 131072 67108864");
    put("/proc/sys/net/ipv4/tcp_wmem", "4096 1048576 67108864");
    put("/proc/sys/net/ipv4/tcp_no_metrics_save", "1");
  }
}

static void tear_down(void) {
  run("/sbin/ip netns del S");
  run("/sbin/ip netns del R");
  run("/sbin/ip netns del X");
  run("/sbin/ip netns del D");
}

/* Statistics of the bottleneck's queue over a netlink socket made inside the router's namespace. */
static struct tc_stats queue_stats(int netlink, int device) {
  struct { struct nlmsghdr h; struct tcmsg t; } ask = {{sizeof ask, RTM_GETQDISC, NLM_F_REQUEST | NLM_F_ECHO, 1, 0}, {.tcm_family = AF_UNSPEC, .tcm_ifindex = device, .tcm_handle = 0x10000}};
  static char answer[8192];
  struct tc_stats stats = {0};
  if (send(netlink, &ask, sizeof ask, 0) < 0) fail("netlink send");
  int n = (int)recv(netlink, answer, sizeof answer, 0);
  struct nlmsghdr *h = (struct nlmsghdr *)answer;
  if (n <= 0 || h->nlmsg_type != RTM_NEWQDISC) fail("netlink answer");
  int left = (int)h->nlmsg_len - (int)NLMSG_LENGTH(sizeof(struct tcmsg));
  for (struct rtattr *a = (struct rtattr *)((char *)NLMSG_DATA(h) + NLMSG_ALIGN(sizeof(struct tcmsg))); RTA_OK(a, left); a = RTA_NEXT(a, left))
    if (a->rta_type == TCA_STATS) memcpy(&stats, RTA_DATA(a), sizeof stats < RTA_PAYLOAD(a) ? sizeof stats : RTA_PAYLOAD(a));
  return stats;
}

static void connect_flow(const struct flow *flow, struct flow_state *s, int index, int listener) {
  struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(5000 + index)), .sin_addr.s_addr = inet_addr("10.0.2.2")};
  enter("S");
  s->sender = socket(AF_INET, SOCK_STREAM, 0);
  if (setsockopt(s->sender, IPPROTO_TCP, TCP_CONGESTION, flow->controller, strlen(flow->controller))) fail(flow->controller);
  s->pids[0] = fork();
  if (s->pids[0] == 0) {
    static char bytes[CHUNK];
    if (connect(s->sender, (struct sockaddr *)&there, sizeof there)) _exit(1);
    for (;;) if (write(s->sender, bytes, sizeof bytes) < 0) _exit(1);
  }
  s->pids[1] = fork();
  if (s->pids[1] == 0) {
    static char bytes[CHUNK];
    int fd = accept(listener, NULL, NULL);
    for (;;) {
      ssize_t n = read(fd, bytes, sizeof bytes);
      if (n <= 0) _exit(1);
      delivered[index] += (uint64_t)n;
    }
  }
}

static void look(struct flow_state *s, double at_s, int measuring, uint32_t waiting, int trace_now) {
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  if (getsockopt(s->sender, IPPROTO_TCP, TCP_INFO, &info, &size) || info.tcpi_state != 1) return;
  s->last = info;
  if (measuring && info.tcpi_rtt > 0 && s->samples < MAX_SAMPLES) s->rtt_us[s->samples++] = info.tcpi_rtt;
  if (!s->slow_start_left && info.tcpi_snd_ssthresh < 0x7fffffff) {
    s->slow_start_left = 1;
    s->left_s = at_s; s->left_cwnd = info.tcpi_snd_cwnd; s->left_ssthresh = info.tcpi_snd_ssthresh; s->left_rtt_us = info.tcpi_rtt; s->left_queue = waiting;
  }
  if (trace_now && s->traced < 512) {
    uint32_t *row = s->trace[s->traced++];
    row[0] = info.tcpi_snd_cwnd; row[1] = info.tcpi_rtt; row[2] = waiting; row[3] = info.tcpi_segs_in; row[4] = info.tcpi_data_segs_out;
  }
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static uint32_t rank_of(uint32_t *sorted, uint32_t n, double q) {
  uint32_t rank = (uint32_t)(q * n);
  if (rank < q * n) rank++;
  return n ? sorted[rank ? rank - 1 : 0] : 0;
}

static double mean_of(const uint32_t *values, uint32_t n) {
  double sum = 0;
  for (uint32_t i = 0; i < n; i++) sum += values[i];
  return n ? sum / n : 0;
}

/* Counters of a namespace that tell how slow start ended and what recovery did. */
static void print_counters(const char *name, const char *label) {
  static const char *const wanted[] = {"TCPHystartTrainDetect", "TCPHystartTrainCwnd", "TCPHystartDelayDetect", "TCPHystartDelayCwnd", "TCPTimeouts", "TCPLossProbes", "TCPLossProbeRecovery",
    "TCPSackRecovery", "TCPFastRetrans", "TCPSlowStartRetrans", "TCPLostRetransmit", "TCPDSACKRecv", "TCPSackReorder", "DelayedACKs", "DelayedACKLost", "TCPPureAcks", "TCPHPAcks", "TCPDelivered"};
  static char names[16384], values[16384];
  enter(name);
  FILE *file = fopen("/proc/thread-self/net/netstat", "r");
  int first = 1;
  printf("\"%s\":{", label);
  if (file && fgets(names, sizeof names, file) && fgets(values, sizeof values, file)) {
    char *rest_n, *rest_v, *n = strtok_r(names, " \n", &rest_n), *v = strtok_r(values, " \n", &rest_v);
    for (; n && v; n = strtok_r(NULL, " \n", &rest_n), v = strtok_r(NULL, " \n", &rest_v))
      for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strcmp(n, wanted[i]) == 0 && strcmp(v, "0") != 0) { printf("%s\"%s\":%s", first ? "" : ",", n, v); first = 0; }
  }
  printf("}");
  if (file) fclose(file);
}

static double cpu_idle_s(void) {
  double user, nice, system, idle, wait, irq, softirq;
  FILE *file = fopen("/proc/stat", "r");
  if (!file || fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf", &user, &nice, &system, &idle, &wait, &irq, &softirq) != 7) return -1;
  fclose(file);
  return idle / 100;
}

static void print_case(const struct one_case *c, const double *goodput, struct tc_stats stats, double busy) {
  double capacity = (double)c->rate_bps * 1448 / 1502, sum = 0, squares = 0;
  printf("@{\"id\":\"%s\",\"input\":{\"flows\":[", c->id);
  for (int i = 0; i < c->count; i++) printf("%s{\"controller\":\"%s\",\"startS\":%g}", i ? "," : "", c->flows[i].controller, c->flows[i].start_s);
  printf("],\"rateBps\":%" PRId64 ",\"rttNs\":%" PRId64 ",\"bufferPackets\":%d,\"loss\":%g,\"durationS\":%g,\"measureFromS\":%g},\"measured\":{\"flows\":[", c->rate_bps, c->rtt_ns, c->buffer, c->loss, c->duration_s, c->from_s);
  for (int i = 0; i < c->count; i++) {
    struct flow_state *s = &states[i];
    double mean = mean_of(s->rtt_us, s->samples);
    qsort(s->rtt_us, s->samples, sizeof *s->rtt_us, ascending);
    sum += goodput[i];
    squares += goodput[i] * goodput[i];
    printf("%s{\"goodputBps\":%.0f,\"rttMeanNs\":%.0f,\"rttP50Ns\":%u000,\"rttP95Ns\":%u000,\"retransmits\":%u,\"sentSegments\":%u}", i ? "," : "", goodput[i], mean * 1000,
      rank_of(s->rtt_us, s->samples, 0.5), rank_of(s->rtt_us, s->samples, 0.95), s->last.tcpi_total_retrans, s->last.tcpi_data_segs_out);
  }
  printf("],\"utilisation\":%.5f,\"jain\":%.5f", sum / capacity, squares > 0 ? sum * sum / (c->count * squares) : 0);
  double queue_mean = mean_of(queue_waiting, queue_samples);
  qsort(queue_waiting, queue_samples, sizeof *queue_waiting, ascending);
  printf(",\"queueMeanPackets\":%.3f,\"queueP95Packets\":%u,\"queueDrops\":%u},\"seen\":{\"slowStartLeft\":[", queue_mean, rank_of(queue_waiting, queue_samples, 0.95), stats.drops);
  for (int i = 0; i < c->count; i++) {
    struct flow_state *s = &states[i];
    if (s->slow_start_left) printf("%s{\"atS\":%.3f,\"cwnd\":%u,\"ssthresh\":%u,\"srttNs\":%u000,\"waiting\":%u}", i ? "," : "", s->left_s, s->left_cwnd, s->left_ssthresh, s->left_rtt_us, s->left_queue);
    else printf("%snull", i ? "," : "");
  }
  printf("],\"cwndSrttUsWaitingSegmentsInOut%s\":[", c->duration_s <= 4 ? "Each10Ms" : "EachSecond");
  for (int i = 0; i < c->count; i++) {
    printf("%s[", i ? "," : "");
    for (uint32_t k = 0; k < states[i].traced; k++) printf("%s[%u,%u,%u,%u,%u]", k ? "," : "", states[i].trace[k][0], states[i].trace[k][1], states[i].trace[k][2], states[i].trace[k][3], states[i].trace[k][4]);
    printf("]");
  }
  printf("],");
  print_counters("S", "sender");
  printf(",");
  print_counters("D", "receiver");
  printf("},\"queueSamples\":%u,\"cpuBusyFraction\":%.4f}\n", queue_samples, busy);
  fflush(stdout);
}

static void run_case(const struct one_case *c) {
  int listeners[MAX_FLOWS], device, netlink;
  double goodput[MAX_FLOWS];
  uint64_t before[MAX_FLOWS] = {0};
  printf("# %.3f s: %s\n", (double)now_ns() / 1e9, c->id);
  build(c);
  memset(states, 0, sizeof states);
  queue_samples = 0;
  enter("R");
  device = (int)if_nametoindex("r1");
  netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  enter("D");
  for (int i = 0; i < c->count; i++) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(5000 + i))};
    listeners[i] = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listeners[i], (struct sockaddr *)&here, sizeof here) || listen(listeners[i], 1)) fail("listen");
    delivered[i] = 0;
  }
  int64_t start = now_ns() + 200000000;
  int64_t from = start + (int64_t)(c->from_s * 1e9), end = start + (int64_t)(c->duration_s * 1e9);
  int64_t next_look = start, next_queue = start;
  int tick = 0, opened = 0;
  uint32_t waiting = 0;
  double idle_before = 0, opened_at = 0;
  sleep_until(start);
  for (int i = 0; i < c->count; i++) states[i].sender = -1;
  for (;;) {
    int64_t now = now_ns();
    double at_s = (double)(now - start) / 1e9;
    for (int i = 0; i < c->count; i++)
      if (states[i].sender < 0 && at_s >= c->flows[i].start_s) connect_flow(&c->flows[i], &states[i], i, listeners[i]);
    if (!opened && now >= from) {
      opened = 1;
      opened_at = at_s;
      idle_before = cpu_idle_s();
      for (int i = 0; i < c->count; i++) before[i] = delivered[i];
    }
    if (now >= end) break;
    if (now >= next_queue) {
      uint32_t held = queue_stats(netlink, device).qlen;
      waiting = held > 0 ? held - 1 : 0;
      if (opened && queue_samples < MAX_SAMPLES) queue_waiting[queue_samples++] = waiting;
      next_queue += QUEUE_SAMPLE_NS;
    }
    if (now >= next_look) {
      for (int i = 0; i < c->count; i++) if (states[i].sender >= 0) look(&states[i], at_s, opened, waiting, c->duration_s <= 4 || tick % 100 == 0);
      tick++;
      next_look += RTT_SAMPLE_NS;
    }
    int64_t next = next_queue < next_look ? next_queue : next_look;
    for (int i = 0; i < c->count; i++) {
      int64_t begin = start + (int64_t)(c->flows[i].start_s * 1e9);
      if (states[i].sender < 0 && begin < next) next = begin;
    }
    if (!opened && from < next) next = from;
    if (end < next) next = end;
    sleep_until(next);
  }
  double seconds = (double)(now_ns() - start) / 1e9 - opened_at;
  double busy = 1 - (cpu_idle_s() - idle_before) / seconds;
  for (int i = 0; i < c->count; i++) goodput[i] = (double)(delivered[i] - before[i]) * 8 / seconds;
  struct tc_stats stats = queue_stats(netlink, device);
  for (int i = 0; i < c->count; i++) for (int k = 0; k < 2; k++) if (states[i].pids[k] > 0) { kill(states[i].pids[k], SIGKILL); waitpid(states[i].pids[k], NULL, 0); }
  print_case(c, goodput, stats, busy);
  for (int i = 0; i < c->count; i++) { close(listeners[i]); if (states[i].sender >= 0) close(states[i].sender); }
  close(netlink);
  tear_down();
}

/* A line: <id> <controller[@startS],...> <rateBps> <rttNs> <bufferPackets> <loss> <durationS> <measureFromS> */
static void run_table(FILE *table) {
  char line[512], flows[256];
  while (fgets(line, sizeof line, table)) {
    struct one_case c = {0};
    if (line[0] == '#' || line[0] == '\n') continue;
    if (sscanf(line, "%63s %255s %" SCNd64 " %" SCNd64 " %d %lf %lf %lf", c.id, flows, &c.rate_bps, &c.rtt_ns, &c.buffer, &c.loss, &c.duration_s, &c.from_s) != 8) { printf("# refused table line: %s", line); return; }
    for (char *word = strtok(flows, ","); word && c.count < MAX_FLOWS; word = strtok(NULL, ",")) sscanf(word, "%15[^@]@%lf", c.flows[c.count].controller, &c.flows[c.count].start_s), c.count++;
    run_case(&c);
  }
}

int main(void) {
  static const char *const mounts[][2] = {{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"tmpfs", "/run"}};
  static const char *const modules[] = {"/veth.ko", "/sch_netem.ko", "/tcp_bbr.ko"};
  for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) { mkdir(mounts[i][1], 0755); mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL); }
  int console = open("/dev/console", O_RDWR);
  for (int fd = 0; console >= 0 && fd < 3; fd++) dup2(console, fd);
  for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
    int fd = open(modules[i], O_RDONLY | O_CLOEXEC);
    if (fd < 0 || syscall(SYS_finit_module, fd, "", 0)) printf("# module %s: errno %d\n", modules[i], errno);
    close(fd);
  }
  delivered = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  sleep_until(now_ns() + 1000000000); /* choice: the kernel's own late start-up work is over */
  FILE *version = fopen("/proc/version", "r");
  char text[512];
  if (version && fgets(text, sizeof text, version)) printf("# %s", text);
  struct sched_param above_all = {.sched_priority = 50};
  if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &above_all)) printf("# no real-time sampler: errno %d\n", errno);
  FILE *table = fopen("/cases.txt", "r");
  if (table) run_table(table);
  printf("# end\n");
  fflush(stdout);
  sync();
  reboot(RB_AUTOBOOT);
}

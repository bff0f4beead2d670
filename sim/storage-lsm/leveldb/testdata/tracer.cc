// Runs a workload on the real LevelDB 1.23, waits after each operation until the background thread is idle, and prints
// what happened as JSON with the fields of `ledgerlab eval lsm-mechanics`. How to build it: README.md beside this file.
//
// Arguments are name=value:
//   dir=PATH            where the database goes; it is destroyed before and after
//   keys=sha256|decimal16  order=index|with-replacement  n=  valueBytes=  drawSeed=1000003  deleteEvery=0
//   trigger=4 slowdown=1000000 stop=1000000  bloom=0  cache=8388608  mmap=1000 (table files mapped at most; 0 = pread)
//   scans=0 (full forward scans before the reads)  count=0 seed=0 passes=1 (reads)
// blockReads and blockReadBytes: what the Gets read from table files, past the block cache.
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "leveldb/cache.h"
#include "leveldb/db.h"
#include "leveldb/env.h"
#include "leveldb/filter_policy.h"
#include "leveldb/iterator.h"
#include "port/port.h"
#include "util/mutexlock.h"
#define private public  // the waiting and the counters of DBImpl, and the limit of mapped files, are private
#include "db/db_impl.h"
#include "util/env_posix_test_helper.h"
#undef private

namespace leveldb {
namespace config {
int kL0_CompactionTrigger = 4;
int kL0_SlowdownWritesTrigger = 1000000;  // the sleeps change no event here, they only cost time
int kL0_StopWritesTrigger = 1000000;
}  // namespace config
}  // namespace leveldb

using leveldb::DBImpl;
using leveldb::Slice;
using leveldb::Status;

static std::string events;
static long long flushBytes = 0, compactionBytesWritten = 0, walBytes = 0, blockReads = 0, blockReadBytes = 0;
static bool counting = false;
static const std::thread::id mainThread = std::this_thread::get_id();

// Events are taken from LevelDB's own log lines.
struct EventLog : leveldb::Logger {
  void Logv(const char* format, va_list arguments) override {
    char line[4096], text[200] = "";
    vsnprintf(line, sizeof line, format, arguments);
    long long file, bytes;
    int inputs, level, inputsNext, nextLevel;
    if (sscanf(line, "Level-0 table #%lld: %lld bytes", &file, &bytes) == 2) {
      flushBytes += bytes;
      snprintf(text, sizeof text, "{\"event\":\"flush\",\"bytes\":%lld}", bytes);
    } else if (sscanf(line, "Compacted %d@%d + %d@%d files => %lld bytes", &inputs, &level, &inputsNext, &nextLevel, &bytes) == 5) {
      compactionBytesWritten += bytes;
      snprintf(text, sizeof text, "{\"event\":\"compaction\",\"level\":%d,\"inputs\":%d,\"inputsNext\":%d,\"bytes\":%lld}", level, inputs, inputsNext, bytes);
    } else if (sscanf(line, "Moved #%lld to level-%d", &file, &nextLevel) == 2) {
      snprintf(text, sizeof text, "{\"event\":\"move\",\"level\":%d}", nextLevel - 1);
    }
    if (text[0] != 0) events += (events.empty() ? "" : ",") + std::string(text);
  }
};

struct CountedLog : leveldb::WritableFile {
  explicit CountedLog(leveldb::WritableFile* file) : file_(file) {}
  ~CountedLog() override { delete file_; }
  Status Append(const Slice& data) override { walBytes += data.size(); return file_->Append(data); }
  Status Close() override { return file_->Close(); }
  Status Flush() override { return file_->Flush(); }
  Status Sync() override { return file_->Sync(); }
  leveldb::WritableFile* file_;
};

struct CountedTable : leveldb::RandomAccessFile {
  explicit CountedTable(leveldb::RandomAccessFile* file) : file_(file) {}
  ~CountedTable() override { delete file_; }
  Status Read(uint64_t offset, size_t n, Slice* result, char* scratch) const override {
    if (counting && std::this_thread::get_id() == mainThread) { blockReads++; blockReadBytes += n; }
    return file_->Read(offset, n, result, scratch);
  }
  leveldb::RandomAccessFile* file_;
};

struct CountingEnv : leveldb::EnvWrapper {
  CountingEnv() : EnvWrapper(leveldb::Env::Default()) {}
  Status NewRandomAccessFile(const std::string& name, leveldb::RandomAccessFile** file) override {
    Status s = target()->NewRandomAccessFile(name, file);
    if (s.ok()) *file = new CountedTable(*file);
    return s;
  }
  Status NewWritableFile(const std::string& name, leveldb::WritableFile** file) override {
    Status s = target()->NewWritableFile(name, file);
    if (s.ok() && name.size() > 4 && name.substr(name.size() - 4) == ".log") *file = new CountedLog(*file);
    return s;
  }
};

static uint64_t SplitMix(uint64_t x) {
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

// SHA-256 (FIPS 180-4) of the number as 8 bytes, big-endian. The constants are the first 32 bits of the fractional parts of
// the cube roots and square roots of the first primes; they are worked out here in long double.
#include <cmath>
static std::string Sha256Key(uint64_t number) {
  static uint32_t k[64], start[8];
  if (k[0] == 0) {
    for (int count = 0, p = 2; count < 64; p++) {
      bool prime = true;
      for (int d = 2; d * d <= p; d++) prime = prime && p % d != 0;
      if (!prime) continue;
      long double cube = cbrtl(p), square = sqrtl(p);
      k[count] = (uint32_t)((cube - floorl(cube)) * 4294967296.0L);
      if (count < 8) start[count] = (uint32_t)((square - floorl(square)) * 4294967296.0L);
      count++;
    }
  }
  auto rotate = [](uint32_t x, int n) { return x >> n | x << (32 - n); };
  uint32_t w[64] = {(uint32_t)(number >> 32), (uint32_t)number, 0x80000000u};
  w[15] = 64;
  for (int t = 16; t < 64; t++) {
    uint32_t a = w[t - 15], b = w[t - 2];
    w[t] = w[t - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[t - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  uint32_t h[8];
  memcpy(h, start, sizeof h);
  for (int t = 0; t < 64; t++) {
    uint32_t e = h[4], a = h[0];
    uint32_t x = h[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & h[5]) ^ (~e & h[6])) + k[t] + w[t];
    uint32_t y = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & h[1]) ^ (a & h[2]) ^ (h[1] & h[2]));
    memmove(h + 1, h, 7 * sizeof h[0]);
    h[4] += x;
    h[0] = x + y;
  }
  std::string key;
  for (int i = 0; i < 8; i++) for (int shift = 24; shift >= 0; shift -= 8) key += (char)((h[i] + start[i]) >> shift);
  return key;
}

static std::map<std::string, std::string> arguments;
static long long Number(const char* name, long long otherwise) { return arguments.count(name) ? atoll(arguments[name].c_str()) : otherwise; }

static std::string FilesPerLevel(leveldb::DB* db) {
  std::string list, count;
  for (int level = 0; level < 7; level++) {
    db->GetProperty("leveldb.num-files-at-level" + std::to_string(level), &count);
    list += (level ? "," : "[") + count;
  }
  return list + "]";
}

static void Check(const Status& s) {
  if (s.ok()) return;
  fprintf(stderr, "%s\n", s.ToString().c_str());
  exit(1);
}

int main(int argc, char** argv) {
  for (int i = 1; i < argc; i++) {
    const char* equals = strchr(argv[i], '=');
    if (equals == nullptr) return fprintf(stderr, "%s: name=value expected\n", argv[i]), 64;
    arguments[std::string(argv[i], equals - argv[i])] = equals + 1;
  }
  const std::string dir = arguments["dir"];
  const long long n = Number("n", 1000), drawSeed = Number("drawSeed", 1000003), deleteEvery = Number("deleteEvery", 0);
  const bool sha256 = arguments["keys"] != "decimal16", drawn = arguments["order"] == "with-replacement";
  leveldb::config::kL0_CompactionTrigger = (int)Number("trigger", 4);
  leveldb::config::kL0_SlowdownWritesTrigger = (int)Number("slowdown", 1000000);
  leveldb::config::kL0_StopWritesTrigger = (int)Number("stop", 1000000);
  leveldb::EnvPosixTestHelper::SetReadOnlyMMapLimit((int)Number("mmap", 1000));

  std::vector<std::string> keys;
  for (long long i = 0; i < n; i++) {
    char digits[32];
    snprintf(digits, sizeof digits, "%016lld", i);
    keys.push_back(sha256 ? Sha256Key(i) : std::string(digits, 16));
  }
  auto draw = [n](uint64_t x) { return SplitMix(x) % (uint64_t)n; };

  CountingEnv env;
  leveldb::Options options;
  options.create_if_missing = true;
  options.compression = leveldb::kNoCompression;
  options.info_log = new EventLog;
  options.env = &env;
  if (Number("bloom", 0) > 0) options.filter_policy = leveldb::NewBloomFilterPolicy((int)Number("bloom", 0));
  options.block_cache = leveldb::NewLRUCache(Number("cache", 8388608));
  leveldb::DestroyDB(dir, options);
  leveldb::DB* db;
  Check(leveldb::DB::Open(options, dir, &db));
  DBImpl* impl = static_cast<DBImpl*>(db);
  auto waitIdle = [impl] {
    leveldb::MutexLock lock(&impl->mutex_);
    while (impl->background_compaction_scheduled_) impl->background_work_finished_signal_.Wait();
  };
  walBytes = 0;

  const std::string value(Number("valueBytes", 100), 'x');
  long long userBytes = 0;
  for (long long j = 0; j < n; j++) {
    const uint64_t at = (uint64_t)(drawSeed + j);
    if (deleteEvery > 0 && j % deleteEvery == deleteEvery - 1) {
      Check(db->Delete(leveldb::WriteOptions(), keys[draw(at ^ 77)]));
    } else {
      const std::string& key = keys[drawn ? draw(at) : j];
      Check(db->Put(leveldb::WriteOptions(), key, value));
      userBytes += key.size() + value.size();
    }
    waitIdle();
  }
  long long compactionBytesRead = 0;
  for (const auto& stats : impl->stats_) compactionBytesRead += stats.bytes_read;
  printf("{\"filesPerLevel\":%s,\"walBytes\":%lld,\"flushBytes\":%lld,\"compactionBytesWritten\":%lld,\"compactionBytesRead\":%lld,\"userBytes\":%lld",
         FilesPerLevel(db).c_str(), walBytes, flushBytes, compactionBytesWritten, compactionBytesRead, userBytes);

  long long scannedKeys = 0;
  for (long long scan = 0; scan < Number("scans", 0); scan++) {
    leveldb::Iterator* cursor = db->NewIterator(leveldb::ReadOptions());
    for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
      scannedKeys++;
      waitIdle();
    }
    waitIdle();
    delete cursor;
  }
  if (Number("scans", 0) > 0) printf(",\"scannedKeys\":%lld,\"filesPerLevelAfterScans\":%s", scannedKeys, FilesPerLevel(db).c_str());

  const long long count = Number("count", 0), seed = Number("seed", 0);
  counting = true;
  printf(",\"passes\":[");
  for (long long pass = 0; count > 0 && pass < Number("passes", 1); pass++) {
    long long misses = 0;
    std::string found;
    for (long long j = 0; j < count; j++) {
      const Status s = db->Get(leveldb::ReadOptions(), keys[draw((uint64_t)(seed + j + pass * count))], &found);
      if (s.IsNotFound()) misses++;
      else Check(s);
      waitIdle();
    }
    printf("%s{\"filesPerLevel\":%s,\"compactionBytesWritten\":%lld,\"misses\":%lld}", pass ? "," : "", FilesPerLevel(db).c_str(), compactionBytesWritten, misses);
  }
  printf("],\"blockReads\":%lld,\"blockReadBytes\":%lld,\"events\":[%s]}\n", blockReads, blockReadBytes, events.c_str());
  delete db;
  leveldb::DestroyDB(dir, options);
  return 0;
}

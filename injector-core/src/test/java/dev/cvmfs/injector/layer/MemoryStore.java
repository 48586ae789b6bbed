package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** A repository's objects in memory, with a local cache that starts empty. */
final class MemoryStore implements ObjectStore {
  private final Map<ContentHash, byte[]> objects = new ConcurrentHashMap<>();
  private final Set<ContentHash> local = ConcurrentHashMap.newKeySet();
  private final Map<ContentHash, byte[]> spoilt = new ConcurrentHashMap<>();
  private final AtomicLong fetches = new AtomicLong();

  /** Stores content as CVMFS would and returns how a catalog names it. */
  ObjectRef add(byte[] plain, HashAlgorithm algorithm, Compression compression, int level)
      throws IOException {
    byte[] stored = plain;
    if (compression == Compression.ZLIB) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(level))) {
        deflater.write(plain);
      }
      stored = out.toByteArray();
    }
    ContentHasher hasher = algorithm.hasher();
    hasher.update(stored, 0, stored.length);
    ContentHash hash = hasher.finish();
    objects.put(hash, stored);
    return new ObjectRef(hash, ObjectKind.DATA, compression, plain.length);
  }

  /** The same repository seen from a machine whose cache is empty. */
  MemoryStore coldCopy() {
    MemoryStore copy = new MemoryStore();
    copy.objects.putAll(objects);
    return copy;
  }

  /** Replaces what is stored under a name by something else. */
  void damage(ObjectRef object, byte[] bytes) {
    objects.put(object.hash(), bytes);
  }

  /** Replaces what is in the cache under a name; where the cache comes from is sound. */
  void spoilCache(ObjectRef object, byte[] bytes) {
    local.add(object.hash());
    spoilt.put(object.hash(), bytes);
  }

  byte[] stored(ObjectRef object) {
    return Optional.ofNullable(objects.get(object.hash())).orElseThrow();
  }

  long fetches() {
    return fetches.get();
  }

  @Override
  public boolean isLocal(ObjectRef object) {
    return local.contains(object.hash());
  }

  @Override
  public InputStream open(ObjectRef object) {
    if (local.add(object.hash())) {
      fetches.incrementAndGet();
    }
    return new ByteArrayInputStream(stored(object));
  }

  @Override
  public InputStream openUnchecked(ObjectRef object) {
    byte[] inCache = spoilt.get(object.hash());
    return inCache == null ? open(object) : new ByteArrayInputStream(inCache);
  }
}

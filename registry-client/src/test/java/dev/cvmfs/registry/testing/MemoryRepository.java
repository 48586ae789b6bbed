package dev.cvmfs.registry.testing;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A well-behaved repository in memory, as the distribution specification has it. */
public final class MemoryRepository {
  private static final Pattern PATH =
      Pattern.compile("/v2/(.+)/(manifests|blobs/uploads|blobs|tags)/([^/]*)");
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]+)");

  private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, RawManifest> manifests = new ConcurrentHashMap<>();
  private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger sessions = new AtomicInteger();

  public Descriptor add(byte[] blob) {
    Digest digest = Digest.sha256(blob);
    blobs.put(digest, blob);
    return new Descriptor("application/octet-stream", digest, blob.length);
  }

  public void add(String reference, RawManifest manifest) {
    manifests.put(reference, manifest);
    manifests.put(manifest.digest().toString(), manifest);
  }

  public Optional<byte[]> blob(Digest digest) {
    return Optional.ofNullable(blobs.get(digest));
  }

  public Optional<RawManifest> manifest(String reference) {
    return Optional.ofNullable(manifests.get(reference));
  }

  /** Sessions that were begun and neither finished nor cancelled. */
  public Set<String> openSessions() {
    return Set.copyOf(uploads.keySet());
  }

  /** Forgets all sessions, as registries do after some days. */
  public void forgetSessions() {
    uploads.clear();
  }

  /** Gives a session bytes, as a request would that was cut off later. */
  public void feed(String session, byte[] bytes) {
    upload(session).writeBytes(bytes);
  }

  /** The last part of an upload's path. */
  public static String session(Call call) {
    return call.path().substring(call.path().lastIndexOf('/') + 1);
  }

  void handle(Call call) throws IOException {
    Matcher path = PATH.matcher(call.path());
    if (call.path().equals("/v2/")) {
      call.answer(200, "{}");
    } else if (!path.matches()) {
      call.answer(404);
    } else if (path.group(2).equals("manifests")) {
      manifest(call, path.group(3));
    } else if (path.group(2).equals("tags")) {
      call.answer(200, "{\"tags\":[%s]}".formatted(tags()));
    } else if (path.group(2).equals("blobs")) {
      blob(call, Digest.parse(path.group(3)));
    } else {
      upload(call, path.group(1), path.group(3));
    }
  }

  private void manifest(Call call, String reference) throws IOException {
    if (call.method().equals("PUT")) {
      RawManifest manifest =
          new RawManifest(call.body(), call.header("Content-Type").orElse("none"));
      add(reference, manifest);
      call.with("Docker-Content-Digest", manifest.digest().toString()).answer(201);
      return;
    }
    Optional<RawManifest> manifest = manifest(reference);
    if (manifest.isEmpty()) {
      call.answer(404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"unknown\"}]}");
      return;
    }
    if (call.method().equals("DELETE")) {
      boolean all = reference.contains(":");
      manifests
          .entrySet()
          .removeIf(
              entry ->
                  all ? entry.getValue().equals(manifest.get()) : entry.getKey().equals(reference));
      call.answer(202);
      return;
    }
    call.with("Content-Type", manifest.get().mediaType())
        .with("Docker-Content-Digest", manifest.get().digest().toString())
        .answer(200, manifest.get().bytes());
  }

  private String tags() {
    return manifests.keySet().stream()
        .filter(reference -> !reference.contains(":"))
        .map(tag -> '"' + tag + '"')
        .collect(Collectors.joining(","));
  }

  private void blob(Call call, Digest digest) throws IOException {
    Optional<byte[]> blob = blob(digest);
    if (blob.isEmpty()) {
      call.answer(404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"unknown\"}]}");
      return;
    }
    Matcher range = RANGE.matcher(call.header("Range").orElse(""));
    if (!range.matches()) {
      call.answer(200, blob.get());
      return;
    }
    int first = Integer.parseInt(range.group(1));
    int last = Math.min(Integer.parseInt(range.group(2)), blob.get().length - 1);
    call.with("Content-Range", "bytes %d-%d/%d".formatted(first, last, blob.get().length))
        .answer(206, Arrays.copyOfRange(blob.get(), first, last + 1));
  }

  private void upload(Call call, String name, String session) throws IOException {
    if (call.method().equals("POST")) {
      String fresh = "session" + sessions.incrementAndGet();
      uploads.put(fresh, new ByteArrayOutputStream());
      status(call, name, fresh).answer(202);
    } else if (!uploads.containsKey(session)) {
      call.answer(404, "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\",\"message\":\"gone\"}]}");
    } else {
      switch (call.method()) {
        case "GET" -> status(call, name, session).answer(204);
        case "PATCH" -> patch(call, name, session);
        case "PUT" -> commit(call, session);
        case "DELETE" -> {
          uploads.remove(session);
          call.answer(204);
        }
        default -> call.answer(405);
      }
    }
  }

  private void patch(Call call, String name, String session) throws IOException {
    String from = call.header("Content-Range").orElse(upload(session).size() + "-");
    if (!from.startsWith(upload(session).size() + "-")) {
      status(call, name, session).answer(416);
      return;
    }
    feed(session, call.body());
    status(call, name, session).answer(202);
  }

  private void commit(Call call, String session) throws IOException {
    feed(session, call.body());
    byte[] bytes = upload(session).toByteArray();
    Digest digest = Digest.parse(call.query().replaceFirst(".*digest=", ""));
    uploads.remove(session);
    if (digest.matches(digest.newHash().digest(bytes))) {
      blobs.put(digest, bytes);
      call.answer(201);
    } else {
      call.answer(400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"wrong\"}]}");
    }
  }

  private Call status(Call call, String name, String session) {
    int size = upload(session).size();
    return call.with("Location", "/v2/%s/blobs/uploads/%s".formatted(name, session))
        .with("Range", "0-" + Math.max(size - 1, 0));
  }

  private ByteArrayOutputStream upload(String session) {
    return uploads.computeIfAbsent(session, any -> new ByteArrayOutputStream());
  }
}

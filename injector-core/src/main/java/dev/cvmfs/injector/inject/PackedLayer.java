package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.layer.WrittenLayer;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.ImageStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * A layer in a temporary file, which can go up while it is still being written. Its digest is known
 * only when it is complete; should the repository turn out to have it then, the upload is
 * cancelled.
 */
final class PackedLayer implements MadeLayer {
  private final WrittenLayer written;
  private final Report.Garbage garbage;
  private final Upload upload;
  private boolean uploaded;

  /** Writes a layer. */
  interface Writer {
    WrittenLayer write(OutputStream out) throws IOException;
  }

  private PackedLayer(WrittenLayer written, Report.Garbage garbage, Upload upload) {
    this.written = written;
    this.garbage = garbage;
    this.upload = upload;
  }

  /**
   * Packs it.
   *
   * @param file one that does not exist yet
   * @param store where it shall go
   * @param early whether to begin before the layer is complete
   * @param garbage what is in it though no file links to it
   */
  static PackedLayer pack(
      Path file, ImageStore store, boolean early, Report.Garbage garbage, Writer writer)
      throws IOException {
    Upload upload = new Upload(file, store);
    LongConsumer readable = early ? upload.early::available : bytes -> {};
    boolean packed = false;
    try (OutputStream out = new SpoolOutput(file, readable)) {
      WrittenLayer written = writer.write(out);
      out.flush();
      packed = true;
      return new PackedLayer(written, garbage, upload);
    } finally {
      if (!packed) {
        upload.early.close();
      }
    }
  }

  @Override
  public NewLayer layer() {
    return new NewLayer(written.digest(), written.diffId(), written.size(), written.toc());
  }

  @Override
  public Report.Garbage garbage() {
    return garbage;
  }

  @Override
  public long bytesCopied() {
    return written.bytesFromPresent();
  }

  @Override
  public void upload(ProgressListener progress) throws IOException {
    if (!uploaded) {
      upload.finish(layer().forUpload(), progress);
      uploaded = true;
    }
  }

  @Override
  public void close() {
    upload.early.close();
  }

  /** The way up, and what has gone it. */
  private static final class Upload {
    private final AtomicLong sent = new AtomicLong();
    private final EarlyUpload early;
    private volatile LongConsumer meter = sent::addAndGet;

    Upload(Path file, ImageStore store) {
      BlobSource spool =
          offset ->
              new CountingInputStream(
                  FileRange.open(file, offset, Long.MAX_VALUE), bytes -> meter.accept(bytes));
      this.early = store.beginBlob(spool);
    }

    void finish(Descriptor blob, ProgressListener progress) throws IOException {
      long before = sent.get();
      String what = before == 0 ? "Uploading" : "Uploading the rest";
      try (ProgressListener.Task task = progress.task(what, Math.max(0, blob.size() - before))) {
        meter = task::advance;
        early.finish(blob);
      }
    }
  }
}

# The Homebrew formula. scripts/releaseFiles.js fills in what stands between @ signs; the result goes to a tap.
class Kapply < Formula
  desc "Prune-aware deploys to Kubernetes"
  homepage "https://github.com/kapply/kapply"
  url "https://registry.npmjs.org/kapply/-/kapply-@VERSION@.tgz"
  sha256 "@SHA256:kapply.tgz@"
  license "Apache-2.0"

  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink libexec.glob("bin/*")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/kapply --version")
    (testpath/"config.yaml").write "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"
    assert_match "1/1", shell_output("#{bin}/kapply deploy -f config.yaml --sandbox")
  end
end

# Homebrew. UNPROVEN: nobody has run this yet.
class Dehusk < Formula
  desc "Takes the text of crawled articles and web pages and gives back the article body"
  homepage "ADDRESS-OF-THE-PROJECT"
  url "ADDRESS-OF-THE-PROJECT/dehusk-0.1.0.tar.gz"
  sha256 "SHA256-OF-THE-SOURCE"
  license any_of: ["MIT", "Apache-2.0"]

  depends_on "rust" => :build

  def install
    system "cargo", "install", *std_cargo_args
    generate_completions_from_executable(bin/"dehusk", "--completions")
    system bin/"dehusk", "--man", "man"
    man1.install Dir["man/*.1"]
  end

  test do
    (testpath/"page.txt").write "Home > News\nThe river rose in the night and fell again before noon, as it does every spring.\nBack to top\n"
    assert_match "The river rose", shell_output("#{bin}/dehusk page.txt")
  end
end

// Command interop checks a log of Mingjing with code that Mingjing did not write: golang.org/x/mod's sumdb/tlog and
// sumdb/note, and Go's own crypto/ed25519 for the cosignature, which x/mod does not know.
//
//	interop URL LOG-VKEY OLD-CHECKPOINT-FILE WITNESS-VKEY
//
// It verifies the checkpoint's signature, the witness's cosignature, that the log grew from the older checkpoint,
// that every entry in the bundles hashes to the tree, and an inclusion proof of every 7th entry.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 5 {
		fail("usage", errors.New("interop URL LOG-VKEY OLD-CHECKPOINT-FILE WITNESS-VKEY"))
	}
	site, logKey := strings.TrimRight(os.Args[1], "/"), os.Args[2]
	verifier, err := note.NewVerifier(logKey)
	fail("log key", err)
	witness, err := newCosigner(os.Args[4])
	fail("witness key", err)

	old, err := os.ReadFile(os.Args[3])
	fail("old checkpoint", err)
	before, _, err := open(old, verifier, nil)
	fail("old checkpoint", err)
	current, err := get(site + "/checkpoint")
	fail("checkpoint", err)
	now, when, err := open(current, verifier, witness)
	fail("checkpoint", err)
	fmt.Printf("checkpoint: %d entries, signed by %s, cosigned at %d\n", now.N, verifier.Name(), when)

	reader := tlog.TileHashReader(now, &tiles{site: site, known: map[tlog.Tile][]byte{}})
	if before.N > 0 {
		proof, err := tlog.ProveTree(now.N, before.N, reader)
		fail("consistency", err)
		fail("consistency", tlog.CheckTree(proof, now.N, now.Hash, before.N, before.Hash))
	}
	fmt.Printf("consistency: %d -> %d\n", before.N, now.N)
	fail("entries", checkEntries(site, now, reader))
}

// checkEntries reads every bundle, hashes the entries into a tree of its own and compares root and proofs.
func checkEntries(site string, tree tlog.Tree, reader tlog.HashReader) error {
	var stored []tlog.Hash
	own := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, 0, len(indexes))
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	proofs := 0
	for index := int64(0); index < tree.N; {
		width := tree.N - index
		path := fmt.Sprintf("%s/tile/entries/%s", site, number(index/256))
		if width < 256 {
			path += ".p/" + strconv.FormatInt(width, 10)
		} else {
			width = 256
		}
		bundle, err := get(path)
		if err != nil {
			return err
		}
		for entry := int64(0); entry < width; entry++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("bundle %s is cut off", path)
			}
			size := 2 + int(binary.BigEndian.Uint16(bundle))
			data := bundle[2:size]
			bundle = bundle[size:]
			hashes, err := tlog.StoredHashes(index, data, own)
			if err != nil {
				return err
			}
			stored = append(stored, hashes...)
			if index%7 == 0 || index == tree.N-1 {
				proof, err := tlog.ProveRecord(tree.N, index, reader)
				if err != nil {
					return err
				}
				if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(data)); err != nil {
					return fmt.Errorf("entry %d: %v", index, err)
				}
				proofs++
			}
			index++
		}
		if len(bundle) != 0 {
			return fmt.Errorf("bundle %s has more than its entries", path)
		}
	}
	root, err := tlog.TreeHash(tree.N, own)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return errors.New("the entries do not hash to the root of the checkpoint")
	}
	fmt.Printf("entries: %d hashed to the root; inclusion proofs: %d\n", tree.N, proofs)
	return nil
}

// open reads a checkpoint. tlog.ParseTree insists on the header of the Go checksum database, so it is read here.
func open(data []byte, log note.Verifier, witness *cosigner) (tlog.Tree, int64, error) {
	known := []note.Verifier{log}
	if witness != nil {
		known = append(known, witness)
	}
	opened, err := note.Open(data, note.VerifierList(known...))
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	signed := map[string]bool{}
	for _, sig := range opened.Sigs {
		signed[fmt.Sprint(sig.Name, sig.Hash)] = true
	}
	for _, key := range known {
		if !signed[fmt.Sprint(key.Name(), key.KeyHash())] {
			return tlog.Tree{}, 0, fmt.Errorf("no signature by %s", key.Name())
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != log.Name() {
		return tlog.Tree{}, 0, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, 0, errors.New("the root is not a hash")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	if witness == nil {
		return tree, 0, nil
	}
	return tree, witness.when, nil
}

// cosigner verifies c2sp.org/tlog-cosignature lines of type 0x04 for x/mod's note.Open.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	when int64
}

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a vkey")
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(data) != 1+ed25519.PublicKeySize || data[0] != 4 {
		return nil, errors.New("not the Ed25519 key of a cosigner")
	}
	sum := sha256.Sum256([]byte(parts[0] + "\n" + string(data)))
	hash := binary.BigEndian.Uint32(sum[:4])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("the key id does not belong to the key")
	}
	return &cosigner{name: parts[0], hash: hash, key: ed25519.PublicKey(data[1:])}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }

func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	c.when = int64(binary.BigEndian.Uint64(sig))
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", c.when)
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

// tiles reads hash tiles; x/mod's own paths have the height in them and C2SP's do not. It remembers those that x/mod
// has verified.
type tiles struct {
	site  string
	known map[tlog.Tile][]byte
}

func (t *tiles) Height() int { return 8 }

func (t *tiles) SaveTiles(verified []tlog.Tile, data [][]byte) {
	for i, tile := range verified {
		t.known[tile] = data[i]
	}
}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, 0, len(wanted))
	for _, tile := range wanted {
		if data, ok := t.known[tile]; ok {
			found = append(found, data)
			continue
		}
		path := fmt.Sprintf("%s/tile/%d/%s", t.site, tile.L, number(tile.N))
		if tile.W < 256 {
			path += ".p/" + strconv.Itoa(tile.W)
		}
		data, err := get(path)
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

// number spells a tile's number: x001/x234/067.
func number(n int64) string {
	spelled := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		spelled = fmt.Sprintf("x%03d/%s", n%1000, spelled)
	}
	return spelled
}

func get(url string) ([]byte, error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s %s", url, answer.Status, bytes.TrimSpace(data))
	}
	return data, err
}

func fail(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "interop: %s: %v\n", what, err)
		os.Exit(1)
	}
}
